package io.felucca.network.bridge;

import io.felucca.FeluccaException;
import io.felucca.linux.Output;
import io.felucca.linux.Processes;
import io.felucca.linux.net.Nftables;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another's firewall that drops what is forwarded (dockerd sets the FORWARD chain's policy to that): an accept of ours does
 * not undo its drop, so that marked accepts for our bridges go into its chain. Nothing is done where nobody drops.
 * Programs are run, for this is not on the path of a start.
 */
final class ForeignRules {

    private static final Logger LOG = LoggerFactory.getLogger(ForeignRules.class);
    private static final List<String> PROGRAMS = List.of("iptables", "ip6tables");
    private static final List<String> ENV = List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    private static final long TIMEOUT_MILLIS = 10_000;

    private final Processes processes;
    private final String mark;
    private final FirewalldRules firewalld;

    ForeignRules(Nftables nftables, Processes processes, String engineId) {
        this.processes = processes;
        this.mark = "felucca-" + engineId;
        this.firewalld = new FirewalldRules(nftables, processes, mark);
    }

    void ensure(String bridge) {
        firewalld.ensure(bridge);
        for (String program : PROGRAMS) {
            String forward = list(program, "FORWARD");
            boolean docker = forward.contains("-j DOCKER-USER");
            if (docker || forward.contains("-P FORWARD DROP")) {
                String chain = docker ? "DOCKER-USER" : "FORWARD";
                for (String direction : List.of("-i", "-o")) {
                    if (!run(program, rule("-C", chain, direction, bridge))
                            && !run(program, rule("-I", chain, direction, bridge))) {
                        LOG.warn("{} drops what is forwarded and takes no rule for bridge {}", program, bridge);
                    }
                }
            }
        }
    }

    void remove(String bridge) {
        firewalld.remove(bridge);
        for (String program : PROGRAMS) {
            for (String chain : List.of("DOCKER-USER", "FORWARD")) {
                String rules = list(program, chain);
                for (String direction : List.of("-i", "-o")) {
                    if (rules.contains(direction + " " + bridge + " -m comment --comment " + mark)) {
                        run(program, rule("-D", chain, direction, bridge));
                    }
                }
            }
        }
    }

    private List<String> rule(String action, String chain, String direction, String bridge) {
        return List.of(action, chain, direction, bridge, "-m", "comment", "--comment", mark, "-j", "ACCEPT");
    }

    private String list(String program, String chain) {
        try {
            Output output = processes.run(List.of(program, "-w", "-S", chain), ENV, new byte[0], TIMEOUT_MILLIS);
            return output.success() ? output.stdoutText() : "";
        } catch (FeluccaException e) {
            LOG.debug("{}: {}", program, e.getMessage());
            return "";
        }
    }

    private boolean run(String program, List<String> words) {
        List<String> argv = new ArrayList<>(List.of(program, "-w"));
        argv.addAll(words);
        return processes.run(argv, ENV, new byte[0], TIMEOUT_MILLIS).success();
    }
}
