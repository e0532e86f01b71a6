package io.felucca.docker.api.http;

import io.felucca.FeluccaException;
import io.felucca.engine.EngineVersion;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request line asks for.
 *
 * @param apiMinor the 24 of {@code /v1.24/…}; the engine's own without a version
 * @param path decoded, without the version
 * @param query decoded, in order
 */
public record RequestTarget(int apiMinor, String path, Map<String, List<String>> query) {

    private static final Pattern VERSIONED = Pattern.compile("/v([0-9]+)\\.([0-9]+)(?:\\.[0-9]+)*(/.*)");
    private static final int NEWEST = minor(EngineVersion.API_VERSION);
    private static final int OLDEST = minor(EngineVersion.MIN_API_VERSION);

    /** @throws FeluccaException INVALID with dockerd's text for a version that is not spoken, or for a malformed target */
    static RequestTarget parse(String target) {
        String rest = target;
        int scheme = rest.indexOf("://");
        if (!rest.startsWith("/") && scheme > 0) {
            int slash = rest.indexOf('/', scheme + 3);
            rest = slash < 0 ? "/" : rest.substring(slash);
        }
        int mark = rest.indexOf('?');
        String rawQuery = mark < 0 ? "" : rest.substring(mark + 1);
        String path = decode(mark < 0 ? rest : rest.substring(0, mark), false);
        int apiMinor = NEWEST;
        Matcher versioned = VERSIONED.matcher(path);
        if (versioned.matches()) {
            apiMinor = accepted(versioned.group(1), versioned.group(2));
            path = versioned.group(3);
        }
        return new RequestTarget(apiMinor, path, query(rawQuery));
    }

    private static int accepted(String major, String minor) {
        String version = major + "." + minor;
        int number = major.length() > 1 || minor.length() > 4 ? -1 : Integer.parseInt(minor);
        boolean older = major.equals("0") || (major.equals("1") && number >= 0 && number < OLDEST);
        if (older) {
            throw FeluccaException.invalid("client version " + version
                    + " is too old. Minimum supported API version is " + EngineVersion.MIN_API_VERSION
                    + ", please upgrade your client to a newer version");
        }
        if (!major.equals("1") || number < 0 || number > NEWEST) {
            throw FeluccaException.invalid("client version " + version
                    + " is too new. Maximum supported API version is " + EngineVersion.API_VERSION);
        }
        return number;
    }

    private static Map<String, List<String>> query(String raw) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String pair : raw.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
                values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
            }
        }
        return values;
    }

    private static String decode(String text, boolean plusIsSpace) {
        if (text.indexOf('%') < 0 && (!plusIsSpace || text.indexOf('+') < 0)) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        byte[] source = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < source.length; i++) {
            if (source[i] == '%') {
                int high = i + 2 < source.length ? Character.digit(source[i + 1], 16) : -1;
                int low = i + 2 < source.length ? Character.digit(source[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw FeluccaException.invalid("invalid URL escape in " + text);
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else {
                bytes.write(plusIsSpace && source[i] == '+' ? ' ' : source[i]);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static int minor(String version) {
        return Integer.parseInt(version.substring(version.indexOf('.') + 1));
    }
}
