package io.felucca.shell.container.options;

import io.felucca.containers.HostConfig.RestartPolicy;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.text.Pairs;
import io.felucca.shell.user.ClientSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the words inside options' values; what is malformed ends the command in Docker's words. */
public final class SpecWords {

    static final int WRONG_OPTION = 125;

    private SpecWords() {}

    public static CommandFailure wrong(String text) {
        return new CommandFailure(WRONG_OPTION, "felucca: " + text);
    }

    /** Of {@code --storage-opt}; which there are the engine says. */
    static Map<String, String> storageOptions(List<String> words) {
        if (words.stream().anyMatch(word -> !word.contains("="))) {
            throw wrong("invalid storage option");
        }
        return Pairs.of(words);
    }

    /** Of {@code --security-opt}. A seccomp profile is a file at the user's side: the engine gets what is in it. */
    public static List<String> profiles(List<String> words, ClientSession user) throws IOException {
        List<String> options = new ArrayList<>();
        for (String word : words) {
            String[] pair = word.split("[=:]", 2);
            if (pair.length == 1 && !word.equals("no-new-privileges")) {
                throw wrong("invalid --security-opt: \"" + word + "\"");
            }
            if (pair[0].equals("seccomp") && !Set.of("unconfined", "builtin").contains(pair[1])) {
                try (InputStream profile = user.openRead(pair[1])) {
                    options.add("seccomp=" + new String(profile.readNBytes(1 << 20), StandardCharsets.UTF_8));
                } catch (IOException e) {
                    throw new CommandFailure(
                            WRONG_OPTION,
                            "felucca: opening seccomp profile (" + pair[1] + ") failed: " + e.getMessage(),
                            e);
                }
            } else {
                options.add(word);
            }
        }
        return options;
    }

    /** {@code on-failure:5}; what is no policy is told by the engine. */
    public static RestartPolicy restartPolicy(String word) {
        String[] nameAndCount = word.split(":", 2);
        if (nameAndCount.length == 2 && nameAndCount[0].isEmpty()) {
            throw wrong("invalid restart policy format: no policy provided before colon");
        }
        try {
            boolean counted = nameAndCount.length == 2 && !nameAndCount[1].isEmpty();
            return new RestartPolicy(
                    word.isEmpty() ? "no" : nameAndCount[0], counted ? Integer.parseInt(nameAndCount[1]) : 0);
        } catch (NumberFormatException e) {
            throw new CommandFailure(
                    WRONG_OPTION, "felucca: invalid restart policy format: maximum retry count must be an integer", e);
        }
    }

    /** Files' variables first, then those of the command line; one without a value is taken from the user's environment. */
    public static List<String> environment(List<String> files, List<String> words, ClientSession user)
            throws IOException {
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

    static Map<String, String> labels(List<String> files, List<String> words, ClientSession user) throws IOException {
        List<String> all = new ArrayList<>();
        for (String file : files) {
            all.addAll(lines(file, user));
        }
        all.addAll(words);
        return Pairs.of(all);
    }

    /** Lines that are neither empty nor comments, without the space before them. */
    private static List<String> lines(String file, ClientSession user) throws IOException {
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
