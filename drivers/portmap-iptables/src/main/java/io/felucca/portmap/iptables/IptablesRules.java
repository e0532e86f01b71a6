package io.felucca.portmap.iptables;

import io.felucca.network.spi.PortMapper.Binding;
import io.felucca.network.spi.PortMapper.Publication;
import io.felucca.network.spi.PortMapper.Relayed;
import io.felucca.network.spi.Protocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** The words for iptables-restore(8): chains of the engine's own in the table nat, and one in raw. */
final class IptablesRules {

    /** The chain of what this host's own relay gets, from its loopback addresses too. */
    static final String RELAY = "-RELAY";

    private final String chain;

    IptablesRules(String engineId) {
        this.chain = "FELUCCA-" + engineId;
    }

    String chain() {
        return chain;
    }

    /** Declares the chains anew, empty where they were, and lets them hold exactly this. */
    String all(List<Publication> publications, boolean ipv6) {
        StringBuilder nat = new StringBuilder("*nat\n");
        List.of("", "-POST", RELAY).forEach(end -> nat.append(":" + chain + end + " - [0:0]\n"));
        StringBuilder raw = new StringBuilder("*raw\n:" + chain + " - [0:0]\n");
        for (Publication publication : publications) {
            rules(publication, ipv6).forEach(rule -> nat.append("-A " + rule));
        }
        if (!ipv6) {
            publications.stream().map(Publication::hostDevice).distinct().forEach(device -> {
                nat.append(masquerade("-A", device));
                raw.append(guard("-A", device));
            });
        }
        return nat + "COMMIT\n" + raw + "COMMIT\n";
    }

    /** Changes what is there; every rule that goes must be there. New ones come first: what a crash left counts no more. */
    String change(Publication from, Publication to, boolean ipv6) {
        List<String> before = rules(from, ipv6);
        List<String> after = rules(to, ipv6);
        StringBuilder text = new StringBuilder("*nat\n");
        before.stream().filter(rule -> !after.contains(rule)).forEach(rule -> text.append("-D " + rule));
        after.stream().filter(rule -> !before.contains(rule)).forEach(rule -> text.append("-I " + rule));
        return text + "COMMIT\n";
    }

    /** Jumps from the kernel's chains, as arguments of iptables behind its action. */
    List<List<String>> jumps(boolean ipv6) {
        List<List<String>> jumps = new ArrayList<>();
        String loopback = ipv6 ? "::1/128" : "127.0.0.0/8";
        jumps.add(words("nat PREROUTING ! -d " + loopback + " -m addrtype --dst-type LOCAL -j " + chain));
        for (String from : List.of("PREROUTING", "OUTPUT")) {
            jumps.add(words("nat " + from + " -m addrtype --dst-type LOCAL -j " + chain + RELAY));
        }
        jumps.add(words("nat OUTPUT " + (ipv6 ? "! -d ::1/128 " : "") + "-m addrtype --dst-type LOCAL -j " + chain));
        if (!ipv6) {
            jumps.add(words("nat POSTROUTING -s 127.0.0.0/8 -j " + chain + "-POST"));
            jumps.add(words("raw PREROUTING -d 127.0.0.0/8 -j " + chain));
        }
        return jumps;
    }

    List<String> guardOf(String device) {
        return words("raw " + guard("", device).strip());
    }

    List<String> masqueradeOf(String device) {
        return words("nat " + masquerade("", device).strip());
    }

    private String guard(String action, String device) {
        return action + " " + chain + " -i " + device + " -j DROP\n";
    }

    private String masquerade(String action, String device) {
        return action + " " + chain + "-POST -o " + device + " -m conntrack --ctstate DNAT -j MASQUERADE\n";
    }

    /** What goes behind an action. */
    private List<String> rules(Publication publication, boolean ipv6) {
        List<String> rules = new ArrayList<>();
        bindings(publication, ipv6).forEach(binding -> rules.add(rule(binding)));
        publication.relayed().stream()
                .filter(ports -> (ports.hostAddress().getAddress().length == 16) == ipv6)
                .forEach(ports -> rules.add(rule(ports)));
        return rules;
    }

    private static List<Binding> bindings(Publication publication, boolean ipv6) {
        List<Binding> bindings = new ArrayList<>();
        for (Binding binding : publication.bindings()) {
            if ((binding.hostAddress().getAddress().length == 16) != ipv6) {
                continue;
            }
            if (binding.hostPort() == binding.containerPort()) {
                bindings.add(binding);
            } else {
                for (int i = 0; i < binding.count(); i++) {
                    bindings.add(new Binding(
                            binding.protocol(),
                            binding.hostAddress(),
                            binding.hostPort() + i,
                            binding.containerAddress(),
                            binding.containerPort() + i,
                            1));
                }
            }
        }
        return bindings;
    }

    private String rule(Binding binding) {
        String container = binding.containerAddress().getHostAddress();
        boolean ipv6 = container.contains(":");
        String to = (ipv6 ? "[" + container + "]" : container)
                + (binding.count() == 1 ? ":" + binding.containerPort() : "");
        return chain
                + matching(binding.hostAddress(), binding.protocol(), binding.hostPort(), binding.count())
                + " -j DNAT --to-destination " + to + "\n";
    }

    private String rule(Relayed ports) {
        return chain + RELAY
                + matching(ports.hostAddress(), ports.protocol(), ports.hostPort(), ports.count())
                + " -j REDIRECT --to-ports " + ports.relayPort() + "\n";
    }

    private static String matching(InetAddress host, Protocol protocol, int first, int count) {
        String ports = count == 1 ? "" + first : first + ":" + (first + count - 1);
        return (host.isAnyLocalAddress() ? "" : " -d " + host.getHostAddress()) + " -p " + protocol.text() + " -m "
                + protocol.text() + " --dport " + ports;
    }

    private static List<String> words(String text) {
        return List.of(text.split(" "));
    }
}
