package io.felucca.shell.container;

import io.felucca.containers.HostConfig;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.user.UserSide;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the words inside options' values; what is malformed ends the command in Docker's words. */
final class SpecWords {

    static final int WRONG_OPTION = 125;

    private SpecWords() {}

    static CommandFailure wrong(String text) {
        return new CommandFailure(WRONG_OPTION, "felucca: " + text);
    }

    /** {@code k=v} pairs; a key alone has the empty value. */
    static Map<String, String> pairs(List<String> words) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            pairs.put(equals < 0 ? word : word.substring(0, equals), equals < 0 ? "" : word.substring(equals + 1));
        }
        return pairs;
    }

    /** Files' variables first, then those of the command line; one without a value is taken from the user's environment. */
    static List<String> environment(List<String> files, List<String> words, UserSide user) throws IOException {
        List<String> all = new ArrayList<>();
        for (String file : files) {
            for (String line : lines(file, user)) {
                String name = line.split("=", 2)[0];
                if (name.isEmpty() || name.chars().anyMatch(Character::isWhitespace)) {
                    throw wrong("poorly formatted environment: variable '" + name
                            + (name.isEmpty()
                                    ? "' has no name: no variable name on line '" + line + "'"
                                    : "' contains whitespaces"));
                }
                all.add(line);
            }
        }
        all.addAll(words);
        List<String> environment = new ArrayList<>();
        for (String word : all) {
            if (word.isEmpty() || word.startsWith("=")) {
                throw wrong("invalid environment variable: " + word);
            }
            if (word.indexOf('=') >= 0) {
                environment.add(word);
            } else {
                user.variable(word).ifPresent(value -> environment.add(word + "=" + value));
            }
        }
        return environment;
    }

    static Map<String, String> labels(List<String> files, List<String> words, UserSide user) throws IOException {
        List<String> all = new ArrayList<>();
        for (String file : files) {
            all.addAll(lines(file, user));
        }
        all.addAll(words);
        return pairs(all);
    }

    /** Lines that are neither empty nor comments, without the space before them. */
    private static List<String> lines(String file, UserSide user) throws IOException {
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(user.openRead(file), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String text = line.stripLeading();
                if (!text.isEmpty() && !text.startsWith("#")) {
                    lines.add(text);
                }
            }
        } catch (IOException e) {
            throw new CommandFailure(WRONG_OPTION, "felucca: " + e.getMessage(), e);
        }
        return lines;
    }

    /** {@code nofile=1024:2048} */
    static HostConfig.Ulimit ulimit(String word) {
        String[] nameAndLimits = word.split("=", 2);
        if (nameAndLimits.length < 2) {
            throw wrong("invalid argument \"" + word + "\" for \"--ulimit\" flag: invalid ulimit argument: " + word);
        }
        String[] limits = nameAndLimits[1].split(":", -1);
        try {
            if (limits.length > 2) {
                throw new NumberFormatException("more than two limits");
            }
            long soft = Long.parseLong(limits[0]);
            long hard = limits.length == 1 ? soft : Long.parseLong(limits[1]);
            if (hard >= 0 && (soft < 0 || soft > hard)) {
                throw wrong("invalid argument \"" + word
                        + "\" for \"--ulimit\" flag: ulimit soft limit must be less than or equal to hard limit: "
                        + soft
                        + " > " + hard);
            }
            return new HostConfig.Ulimit(nameAndLimits[0], soft, hard);
        } catch (NumberFormatException e) {
            throw new CommandFailure(
                    WRONG_OPTION,
                    "felucca: invalid argument \"" + word + "\" for \"--ulimit\" flag: invalid limit value: "
                            + nameAndLimits[1],
                    e);
        }
    }

    /** {@code /dev/a[:/dev/b][:rwm]} */
    static HostConfig.Device device(String word) {
        String[] parts = word.split(":", -1);
        String inside = parts[0];
        String permissions = "rwm";
        if (parts.length == 2 && parts[1].matches("[rwm]+")) {
            permissions = parts[1];
        } else if (parts.length == 2) {
            inside = parts[1];
        } else if (parts.length == 3) {
            inside = parts[1];
            permissions = parts[2];
        }
        if (parts.length > 3 || parts[0].isEmpty() || inside.isEmpty() || !permissions.matches("[rwm]+")) {
            throw wrong("invalid device specification: " + word);
        }
        return new HostConfig.Device(parts[0], inside, permissions);
    }

    /** {@code host:ip} or {@code host=ip}, given on as the first. */
    static String extraHost(String word) {
        int at = word.indexOf('=') > 0 ? word.indexOf('=') : word.indexOf(':');
        if (at <= 0) {
            throw wrong("invalid argument \"" + word + "\" for \"--add-host\" flag: bad format for add-host: \"" + word
                    + "\"");
        }
        String address = word.substring(at + 1);
        if (!address.equals("host-gateway") && !isAddress(address)) {
            throw wrong("invalid argument \"" + word + "\" for \"--add-host\" flag: invalid IP address in add-host: \""
                    + address + "\"");
        }
        return word.substring(0, at) + ":" + address;
    }

    static String nameServer(String word) {
        if (!isAddress(word)) {
            throw wrong("invalid argument \"" + word + "\" for \"--dns\" flag: " + word + " is not an ip address");
        }
        return word;
    }

    private static boolean isAddress(String text) {
        return text.matches("\\d{1,3}(\\.\\d{1,3}){3}") || text.matches("\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?");
    }

    /** {@code /run:rw,size=64m} */
    static Map<String, String> tmpfs(List<String> words) {
        Map<String, String> mounts = new LinkedHashMap<>();
        for (String word : words) {
            int colon = word.indexOf(':');
            mounts.put(colon < 0 ? word : word.substring(0, colon), colon < 0 ? "" : word.substring(colon + 1));
        }
        return mounts;
    }
}
