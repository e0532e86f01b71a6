package io.felucca.shell.container.options;

import io.felucca.FeluccaException;
import io.felucca.containers.PortRange;
import io.felucca.network.spi.Cidr;
import io.felucca.networks.PortBinding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads what is to be published: {@code [[ip:][hostPort]:]containerPort[/protocol]}, ranges, and Docker's long form
 * {@code published=8080,target=80}. Texts are those of the docker command 28.
 */
public final class PortWords {

    private PortWords() {}

    /** By {@code 80/tcp}, ports in a row joined. */
    public static Map<String, List<PortBinding>> parse(List<String> words) {
        Map<String, List<PortBinding>> all = new LinkedHashMap<>();
        for (String word : words) {
            parse(word.contains("=") ? plain(word) : word, all);
        }
        return PortRange.joined(all);
    }

    private static String plain(String word) {
        String published = "";
        String target = "";
        String protocol = "tcp";
        for (String field : word.split(",")) {
            int equals = field.indexOf('=');
            String value = field.substring(equals + 1);
            switch (equals < 0 ? field : field.substring(0, equals).toLowerCase(Locale.ROOT)) {
                case "published" -> published = value;
                case "target" -> target = value;
                case "protocol" -> protocol = value;
                case "mode" -> {
                    if (!Set.of("host", "ingress").contains(value)) {
                        throw SpecWords.wrong("invalid publish mode value (" + value
                                + "): must be either '\"host\"' or '\"ingress\"'");
                    }
                }
                default -> throw SpecWords.wrong("invalid field key " + field);
            }
        }
        if (target.isEmpty()) {
            throw SpecWords.wrong("missing mandatory field '\"target\"'");
        }
        return published + ":" + target + "/" + protocol;
    }

    private static void parse(String word, Map<String, List<PortBinding>> all) {
        int slash = word.indexOf('/');
        String protocol = slash < 0 ? "tcp" : word.substring(slash + 1).toLowerCase(Locale.ROOT);
        String ports = slash < 0 ? word : word.substring(0, slash);
        int last = ports.lastIndexOf(':');
        String container = ports.substring(last + 1);
        String rest = last < 0 ? "" : ports.substring(0, last);
        int middle = rest.lastIndexOf(':');
        String address = middle < 0 ? "" : rest.substring(0, middle);
        String host = rest.substring(middle + 1);
        if (container.isEmpty()) {
            throw SpecWords.wrong("no port specified: " + word + "<empty>");
        }
        if (address.startsWith("[") && address.endsWith("]")) {
            address = address.substring(1, address.length() - 1);
        }
        checkAddress(address);
        int[] inside = range(container, "containerPort");
        int[] outside = host.isEmpty() ? inside : range(host, "hostPort");
        if (!Set.of("tcp", "udp", "sctp").contains(protocol)) {
            throw SpecWords.wrong("invalid proto: " + protocol);
        }
        int count = inside[1] - inside[0];
        boolean choice = count == 0 && outside[1] > outside[0];
        if (!choice && count != outside[1] - outside[0]) {
            throw SpecWords.wrong(
                    "invalid ranges specified for container and host Ports: " + container + " and " + host);
        }
        for (int i = 0; i <= count; i++) {
            String hostPort = host.isEmpty() ? "" : choice ? host : Integer.toString(outside[0] + i);
            all.computeIfAbsent((inside[0] + i) + "/" + protocol, port -> new ArrayList<>())
                    .add(new PortBinding(address, hostPort));
        }
    }

    private static void checkAddress(String address) {
        if (!address.isEmpty()) {
            try {
                Cidr.parseAddress(address);
            } catch (FeluccaException e) {
                throw SpecWords.wrong("invalid IP address: " + address);
            }
        }
    }

    private static int[] range(String text, String what) {
        String[] ends = text.split("-", 2);
        int first = number(ends[0], text, what);
        int last = ends.length == 2 ? number(ends[1], text, what) : first;
        if (last < first) {
            throw SpecWords.wrong("invalid " + what + ": " + text);
        }
        return new int[] {first, last};
    }

    private static int number(String text, String whole, String what) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65535) {
            throw SpecWords.wrong("invalid " + what + ": " + whole);
        }
        return Integer.parseInt(text);
    }
}
