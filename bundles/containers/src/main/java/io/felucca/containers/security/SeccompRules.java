package io.felucca.containers.security;

import io.felucca.containers.host.HostFacts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The default seccomp profile, read from {@code seccomp-default.txt} beside this class, which says how it is written.
 * Made once for each set of capabilities: the runtime driver compiles equal profiles once.
 */
public final class SeccompRules {

    public static final SeccompRules DEFAULT = read("seccomp-default.txt");

    private static final Pattern ARGUMENT = Pattern.compile("arg([0-5])(?:&(\\w+))?==(\\w+)");

    private record Rule(String action, List<String> conditions, List<String> names) {}

    private record Key(Set<String> capabilities, String architecture, int major, int minor) {}

    private final List<Rule> rules;
    private final Map<Key, Map<String, Object>> made = new ConcurrentHashMap<>();

    private SeccompRules(List<Rule> rules) {
        this.rules = rules;
    }

    private static SeccompRules read(String resource) {
        try (InputStream in = SeccompRules.class.getResourceAsStream(resource);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            return parse(reader.lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SeccompRules parse(List<String> lines) {
        List<Rule> rules = new ArrayList<>();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (Character.isWhitespace(line.charAt(0))) {
                rules.get(rules.size() - 1).names().addAll(words(line));
                continue;
            }
            int colon = line.indexOf(':');
            List<String> head = words(line.substring(0, colon));
            rules.add(new Rule(
                    head.get(0), head.subList(1, head.size()), new ArrayList<>(words(line.substring(colon + 1)))));
        }
        return new SeccompRules(rules);
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : Arrays.asList(text.trim().split(" +"));
    }

    /** The OCI runtime spec's {@code linux.seccomp}. */
    public Map<String, Object> profile(Set<String> capabilities, HostFacts facts) {
        Key key = new Key(Set.copyOf(capabilities), facts.architecture(), facts.kernelMajor(), facts.kernelMinor());
        return made.computeIfAbsent(key, absent -> make(absent.capabilities(), facts));
    }

    private Map<String, Object> make(Set<String> capabilities, HostFacts facts) {
        List<Object> calls = new ArrayList<>();
        for (Rule rule : rules) {
            List<Object> arguments = new ArrayList<>();
            boolean applies = true;
            for (String condition : rule.conditions()) {
                Matcher argument = ARGUMENT.matcher(condition);
                if (argument.matches()) {
                    arguments.add(argument(argument));
                } else {
                    applies &= holds(condition, capabilities, facts);
                }
            }
            if (applies) {
                calls.add(call(rule, arguments));
            }
        }
        Map<String, Object> profile = new LinkedHashMap<>();
        profile.put("defaultAction", "SCMP_ACT_ERRNO");
        profile.put("defaultErrnoRet", 1);
        profile.put("architectures", architectures(facts.architecture()));
        profile.put("syscalls", calls);
        return profile;
    }

    private static boolean holds(String condition, Set<String> capabilities, HostFacts facts) {
        if (condition.startsWith("cap=")) {
            return capabilities.contains(condition.substring(4));
        }
        if (condition.startsWith("cap!=")) {
            return !capabilities.contains(condition.substring(5));
        }
        if (condition.startsWith("arch=")) {
            return List.of(condition.substring(5).split(",")).contains(facts.architecture());
        }
        if (condition.startsWith("kernel>=")) {
            String[] version = condition.substring(8).split("\\.");
            return facts.kernelIsAtLeast(Integer.parseInt(version[0]), Integer.parseInt(version[1]));
        }
        throw new IllegalArgumentException("not a condition of a seccomp rule: " + condition);
    }

    private static Map<String, Object> argument(Matcher text) {
        Map<String, Object> argument = new LinkedHashMap<>();
        argument.put("index", Integer.parseInt(text.group(1)));
        long value = Long.decode(text.group(3));
        if (text.group(2) != null) {
            argument.put("value", Long.decode(text.group(2)));
            argument.put("valueTwo", value);
            argument.put("op", "SCMP_CMP_MASKED_EQ");
            return argument;
        }
        argument.put("value", value);
        argument.put("op", "SCMP_CMP_EQ");
        return argument;
    }

    private static Map<String, Object> call(Rule rule, List<Object> arguments) {
        Map<String, Object> call = new LinkedHashMap<>();
        call.put("names", List.copyOf(rule.names()));
        if (rule.action().startsWith("errno=")) {
            call.put("action", "SCMP_ACT_ERRNO");
            call.put("errnoRet", Integer.parseInt(rule.action().substring(6)));
        } else {
            call.put("action", "SCMP_ACT_ALLOW");
        }
        if (!arguments.isEmpty()) {
            call.put("args", arguments);
        }
        return call;
    }

    /** The processor's own and those of 32-bit programs on it. */
    static List<String> architectures(String architecture) {
        return switch (architecture) {
            case "amd64" -> List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");
            case "arm64" -> List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM");
            default -> List.of();
        };
    }
}
