package io.felucca.portmap.iptables;

import io.felucca.FeluccaException;
import io.felucca.linux.Output;
import io.felucca.linux.Processes;
import io.felucca.linux.net.Namespaces;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs iptables and iptables-restore, or those of IPv6. */
final class Iptables {

    private static final List<String> ENV = List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    private static final long TIMEOUT_MILLIS = 30_000;

    private final Processes processes;
    private final String program;

    Iptables(Processes processes, boolean ipv6) {
        this.processes = processes;
        this.program = ipv6 ? "ip6tables" : "iptables";
    }

    /** Empty when it works. */
    String problem() {
        try {
            Output output = run(List.of(program, "-w", "-t", "nat", "-S", "PREROUTING"), "");
            return output.success()
                    ? ""
                    : program + " does not work here: " + output.stderrText().strip();
        } catch (FeluccaException e) {
            return e.getMessage() + "; install iptables";
        }
    }

    /** Whether the rules were taken, whole. */
    boolean restored(String rules) {
        return run(List.of(program + "-restore", "-w", "--noflush"), rules).success();
    }

    void restore(String rules) {
        Output output = run(List.of(program + "-restore", "-w", "--noflush"), rules);
        if (!output.success()) {
            throw FeluccaException.system(
                    program + "-restore: " + output.stderrText().strip());
        }
    }

    /** Makes a chain that is not there. */
    void declare(String table, String chain) {
        run(List.of(program, "-w", "-t", table, "-N", chain), "");
    }

    /** Makes sure of a rule: table, chain and the rest. */
    void ensure(String action, List<String> rule) {
        List<String> rest = rule.subList(1, rule.size());
        if (!run(command(rule.get(0), "-C", rest), "").success()) {
            Output output = run(command(rule.get(0), action, rest), "");
            if (!output.success()) {
                throw FeluccaException.system(
                        program + " " + rule + ": " + output.stderrText().strip());
            }
        }
    }

    private List<String> command(String table, String action, List<String> rule) {
        List<String> command = new ArrayList<>(List.of(program, "-w", "-t", table, action));
        command.addAll(rule);
        return command;
    }

    private Output run(List<String> argv, String input) {
        return processes.run(argv, ENV, input.getBytes(StandardCharsets.US_ASCII), TIMEOUT_MILLIS);
    }

    /** The same in a namespace: a program starts where its thread is. */
    void restoreIn(Namespaces namespaces, Path namespace, String rules) {
        namespaces.call(namespace, () -> {
            restore(rules);
            return null;
        });
    }
}
