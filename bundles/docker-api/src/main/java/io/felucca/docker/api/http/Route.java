package io.felucca.docker.api.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One endpoint. In the pattern {@code {name}} stands for one part of the path and {@code {name:*}} for one or more.
 *
 * @param method {@code GET}, {@code POST}…
 * @param pattern without the version, such as {@code /containers/{id}/json}
 * @param handler answers
 */
public record Route(String method, Pattern compiled, List<String> variables, Handler handler) {

    /** Answers a request; what it throws becomes Docker's error. */
    public interface Handler {
        void handle(Exchange exchange) throws IOException;
    }

    private static final Pattern VARIABLE = Pattern.compile("\\{([a-z]+)(:\\*)?\\}");

    public static Route of(String method, String pattern, Handler handler) {
        List<String> variables = new ArrayList<>();
        StringBuilder regex = new StringBuilder();
        Matcher matcher = VARIABLE.matcher(pattern);
        int from = 0;
        while (matcher.find()) {
            regex.append(Pattern.quote(pattern.substring(from, matcher.start())));
            regex.append(matcher.group(2) == null ? "([^/]+)" : "(.+)");
            variables.add(matcher.group(1));
            from = matcher.end();
        }
        regex.append(Pattern.quote(pattern.substring(from)));
        return new Route(method, Pattern.compile(regex.toString(), Pattern.DOTALL), List.copyOf(variables), handler);
    }

    /** The variables of a path that fits, else empty. */
    Optional<Map<String, String>> match(String requestMethod, String path) {
        if (!method.equals(requestMethod)) {
            return Optional.empty();
        }
        Matcher matcher = compiled.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < variables.size(); i++) {
            values.put(variables.get(i), matcher.group(i + 1));
        }
        return Optional.of(values);
    }
}
