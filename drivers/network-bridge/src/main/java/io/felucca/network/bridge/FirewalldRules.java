package io.felucca.network.bridge;

import io.felucca.FeluccaException;
import io.felucca.linux.Output;
import io.felucca.linux.Processes;
import io.felucca.linux.net.NftTable;
import io.felucca.linux.net.Nftables;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * firewalld's nftables backend (1.3) rejects at the end of its chain what no zone forwards: marked accepts for our bridges
 * go to the chain's beginning. Its reload makes the chain anew, which the core is told of.
 */
final class FirewalldRules {

    private static final Logger LOG = LoggerFactory.getLogger(FirewalldRules.class);
    private static final List<String> CHAIN = List.of("inet", "firewalld", "filter_FORWARD");
    private static final List<String> ENV = List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    private static final long TIMEOUT_MILLIS = 10_000;

    private final Processes processes;
    private static final NftTable TABLE = NftTable.inet("firewalld");

    private final Nftables nftables;
    private final String comment;

    FirewalldRules(Nftables nftables, Processes processes, String mark) {
        this.nftables = nftables;
        this.processes = processes;
        this.comment = "comment \"" + mark + "\"";
    }

    void ensure(String bridge) {
        if (!nftables.tables().contains(TABLE)) {
            return;
        }
        String rules = list();
        if (rules.isEmpty()) {
            LOG.warn(
                    "firewalld's rules cannot be read, for which the program nft is needed: where it rejects what bridge"
                            + " {} forwards, install nftables or add the bridge to firewalld's zone trusted",
                    bridge);
            return;
        }
        for (String direction : List.of("iifname", "oifname")) {
            String match = direction + " \"" + bridge + "\" accept " + comment;
            if (!rules.contains(match) && run("insert rule", match).isEmpty()) {
                LOG.warn("firewalld takes no rule for bridge {}: add the bridge to its zone trusted", bridge);
            }
        }
    }

    void remove(String bridge) {
        if (!nftables.tables().contains(TABLE)) {
            return;
        }
        Pattern ours = Pattern.compile(
                "ifname \"" + Pattern.quote(bridge) + "\" accept " + Pattern.quote(comment) + " # handle ([0-9]+)");
        for (Matcher rule = ours.matcher(list()); rule.find(); ) {
            run("delete rule", "handle " + rule.group(1));
        }
    }

    /** The chain with its handles; empty where it cannot be read. */
    private String list() {
        return run("list chain", "");
    }

    private String run(String command, String rule) {
        List<String> words = new ArrayList<>(List.of("nft", "-a"));
        words.addAll(List.of(command.split(" ")));
        words.addAll(CHAIN);
        if (!rule.isEmpty()) {
            words.addAll(List.of(rule.split(" ")));
        }
        try {
            Output output = processes.run(words, ENV, new byte[0], TIMEOUT_MILLIS);
            return output.success() ? output.stdoutText() + "\n" : "";
        } catch (FeluccaException e) {
            LOG.debug("nft: {}", e.getMessage());
            return "";
        }
    }
}
