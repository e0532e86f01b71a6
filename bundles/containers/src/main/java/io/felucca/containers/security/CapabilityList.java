package io.felucca.containers.security;

import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig;
import io.felucca.containers.host.HostFacts;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which capabilities a container gets: Docker's 14, {@code --cap-add}, {@code --cap-drop}, {@code --privileged}. */
public final class CapabilityList {

    /** As dockerd 20.10 gives them, in its order. */
    public static final List<String> DEFAULT = List.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FSETID",
            "CAP_FOWNER",
            "CAP_MKNOD",
            "CAP_NET_RAW",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETFCAP",
            "CAP_SETPCAP",
            "CAP_NET_BIND_SERVICE",
            "CAP_SYS_CHROOT",
            "CAP_KILL",
            "CAP_AUDIT_WRITE");

    private CapabilityList() {}

    /** What was asked for, whether or not this process can give it; INVALID with dockerd's text for an unknown name. */
    static Set<String> asked(HostConfig host, HostFacts facts) {
        List<String> added = names("CapAdd", host.capAdd(), facts);
        List<String> dropped = names("CapDrop", host.capDrop(), facts);
        if (host.privileged()) {
            return sorted(facts.knownCapabilities());
        }
        Set<String> result = new LinkedHashSet<>();
        if (added.contains("ALL")) {
            result.addAll(sorted(facts.knownCapabilities()));
        } else if (!dropped.contains("ALL")) {
            result.addAll(DEFAULT);
        }
        if (!dropped.contains("ALL")) {
            result.removeAll(dropped);
        }
        added.stream().filter(name -> !name.equals("ALL")).forEach(result::add);
        return result;
    }

    /** What is given: the asked ones that this process holds itself. */
    public static List<String> given(HostConfig host, HostFacts facts) {
        List<String> result = new ArrayList<>(asked(host, facts));
        result.retainAll(facts.capabilities());
        return result;
    }

    /** All that this process holds, for a privileged exec. */
    public static List<String> all(HostFacts facts) {
        List<String> result = new ArrayList<>(sorted(facts.knownCapabilities()));
        result.retainAll(facts.capabilities());
        return result;
    }

    public static List<String> warnings(HostConfig host, HostFacts facts) {
        Set<String> missing = asked(host, facts);
        missing.removeAll(facts.capabilities());
        return missing.isEmpty()
                ? List.of()
                : List.of("The engine does not hold " + String.join(", ", missing) + ": the container goes without.");
    }

    private static List<String> names(String option, List<String> given, HostFacts facts) {
        List<String> result = new ArrayList<>();
        for (String text : given) {
            String upper = text.toUpperCase(Locale.ROOT);
            String name = upper.equals("ALL") || upper.startsWith("CAP_") ? upper : "CAP_" + upper;
            if (!name.equals("ALL") && !facts.knownCapabilities().contains(name)) {
                throw FeluccaException.invalid("invalid " + option + ": unknown capability: \"" + name + "\"");
            }
            result.add(name);
        }
        return result;
    }

    private static Set<String> sorted(Set<String> names) {
        return new LinkedHashSet<>(names.stream().sorted().toList());
    }
}
