package io.felucca.docker.text;

import io.felucca.containers.Container;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What {@code logs --details} puts before each line: the labels and variables that the log's options name. */
public final class LogDetails {

    private LogDetails() {}

    /** {@code key=value,other=value}, sorted and escaped as dockerd does; empty when no option names any. */
    public static String of(Container container) {
        Map<String, String> options = container.hostConfig().logConfig().config();
        Map<String, String> chosen = new TreeMap<>();
        choose(container.config().labels(), options.get("labels"), options.get("labels-regex"), chosen);
        choose(variables(container.config().env()), options.get("env"), options.get("env-regex"), chosen);
        return chosen.entrySet().stream()
                .map(entry -> escaped(entry.getKey()) + "=" + escaped(entry.getValue()))
                .collect(Collectors.joining(","));
    }

    private static void choose(Map<String, String> all, String names, String pattern, Map<String, String> chosen) {
        List<String> wanted = names == null ? List.of() : List.of(names.split(","));
        Pattern regex = pattern == null || pattern.isEmpty() ? null : Pattern.compile(pattern);
        all.forEach((name, value) -> {
            if (wanted.contains(name) || (regex != null && regex.matcher(name).find())) {
                chosen.put(name, value);
            }
        });
    }

    private static Map<String, String> variables(List<String> env) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String variable : env == null ? List.<String>of() : env) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                variables.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return variables;
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
