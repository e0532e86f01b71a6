package io.felucca.dockerfile;

import io.felucca.FeluccaException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** What EXPOSE takes: {@code 80}, {@code 53/udp}, {@code 7000-7010}, and the container's part of {@code ip:host:port}. */
final class ExposedPorts {

    private static final int MAX = 65_535;

    private ExposedPorts() {}

    /** Ports with their protocol: {@code 80/tcp}. @throws FeluccaException INVALID with Docker's text */
    static Set<String> parse(String text) {
        int slash = text.indexOf('/');
        String protocol = slash < 0 || slash == text.length() - 1
                ? "tcp"
                : text.substring(slash + 1).toLowerCase(Locale.ROOT);
        String ports = slash < 0 ? text : text.substring(0, slash);
        ports = ports.substring(ports.lastIndexOf(':') + 1);
        if (ports.isEmpty()) {
            throw FeluccaException.invalid("No port specified: " + text + "<empty>");
        }
        int dash = ports.indexOf('-');
        int first = port(dash < 0 ? ports : ports.substring(0, dash), ports);
        int last = dash < 0 ? first : port(ports.substring(dash + 1), ports);
        if (last < first) {
            throw invalid(ports);
        }
        if (!List.of("tcp", "udp", "sctp").contains(protocol)) {
            throw FeluccaException.invalid("Invalid proto: " + protocol);
        }
        Set<String> exposed = new TreeSet<>();
        for (int port = first; port <= last; port++) {
            exposed.add(port + "/" + protocol);
        }
        return exposed;
    }

    private static int port(String digits, String whole) {
        if (!digits.matches("[0-9]{1,9}") || Integer.parseInt(digits) > MAX) {
            throw invalid(whole);
        }
        return Integer.parseInt(digits);
    }

    private static FeluccaException invalid(String ports) {
        return FeluccaException.invalid("Invalid containerPort: " + ports);
    }
}
