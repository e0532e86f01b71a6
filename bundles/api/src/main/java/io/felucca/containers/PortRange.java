package io.felucca.containers;

import io.felucca.FeluccaException;
import io.felucca.networks.PortBinding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A port of a container, or several in a row, as the keys of port maps name them: {@code 80/tcp}, {@code 7000-7999/tcp}. A
 * binding of several in a row names as many of the host, {@code 8000-8999}, or none for any that are free.
 *
 * <p>Port maps are joined as early as they come in and parted where Docker's clients, who know single ports only, are
 * shown them: so a thousand ports cost what one does.
 *
 * @param first 1 to 65535
 * @param count 1 or more
 * @param protocol such as {@code tcp}; whether there is one of that name is not checked
 */
public record PortRange(int first, int count, String protocol) {

    private static final Comparator<Line> BY_PROTOCOL =
            Comparator.comparing((Line line) -> line.range.protocol).thenComparingInt(line -> line.range.first);
    private static final int NONE = -1;

    /**
     * Reads a key; TCP where no protocol is named.
     *
     * @throws FeluccaException INVALID with Docker's text for what is no port
     */
    public static PortRange parse(String key) {
        int slash = key.indexOf('/');
        String ports = slash < 0 ? key : key.substring(0, slash);
        int dash = ports.indexOf('-');
        int first = number(dash < 0 ? ports : ports.substring(0, dash), ports);
        int last = dash < 0 ? first : number(ports.substring(dash + 1), ports);
        if (last < first) {
            throw invalid(ports);
        }
        return new PortRange(first, last - first + 1, slash < 0 ? "tcp" : key.substring(slash + 1));
    }

    private static int number(String text, String whole) {
        int number = numberOrNone(text);
        if (number == NONE) {
            throw invalid(whole);
        }
        return number;
    }

    private static FeluccaException invalid(String ports) {
        return FeluccaException.invalid("invalid port specification: \"" + ports + "\"");
    }

    private static int numberOrNone(String text) {
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || i > 4) {
                return NONE;
            }
            number = number * 10 + digit;
        }
        return number < 1 || number > 65535 ? NONE : number;
    }

    /** The key of one of them, from 0 on. */
    public String port(int index) {
        return (first + index) + "/" + protocol;
    }

    /** The key. */
    @Override
    public String toString() {
        return row(first, count) + "/" + protocol;
    }

    /** {@code 7000}, or {@code 7000-7999}. */
    public static String row(int first, int count) {
        return count == 1 ? Integer.toString(first) : first + "-" + (first + count - 1);
    }

    /** The first port of the host of a binding of these ports, of which each is known; 0 where any will do. */
    public int hostPort(PortBinding binding) {
        String text = binding.hostPort();
        return text.isEmpty() ? 0 : number(count == 1 ? text : text.substring(0, text.indexOf('-')), text);
    }

    /** What that binding means for one of them, from 0 on. */
    public PortBinding binding(PortBinding binding, int index) {
        return count == 1 || binding.hostPort().isEmpty()
                ? binding
                : new PortBinding(binding.hostIp(), Integer.toString(hostPort(binding) + index));
    }

    /** The same with ports that follow each other on both sides joined. Keys that are none stay as they are. */
    public static Map<String, List<PortBinding>> joined(Map<String, List<PortBinding>> ports) {
        Map<String, List<PortBinding>> joined = new LinkedHashMap<>();
        List<Line> lines = new ArrayList<>(ports.size());
        ports.forEach((key, bindings) -> {
            Line line = Line.of(key, bindings);
            if (line == null) {
                joined.put(key, bindings);
            } else {
                lines.add(line);
            }
        });
        lines.sort(BY_PROTOCOL);
        Line last = null;
        for (Line next : lines) {
            if (last != null && last.isFollowedBy(next)) {
                last = last.with(next);
            } else {
                put(joined, last);
                last = next;
            }
        }
        put(joined, last);
        return joined;
    }

    private static void put(Map<String, List<PortBinding>> joined, Line line) {
        if (line != null) {
            joined.put(line.range.toString(), line.joined());
        }
    }

    /** The same port by port. */
    public static Map<String, List<PortBinding>> each(Map<String, List<PortBinding>> ports) {
        Map<String, List<PortBinding>> each = new LinkedHashMap<>();
        ports.forEach((key, bindings) -> {
            if (key.indexOf('-') < 0) {
                each.put(key, bindings);
                return;
            }
            PortRange range = parse(key);
            for (int i = 0; i < range.count; i++) {
                List<PortBinding> one = new ArrayList<>(bindings.size());
                for (PortBinding binding : bindings) {
                    one.add(range.binding(binding, i));
                }
                each.put(range.port(i), one);
            }
        });
        return each;
    }

    /**
     * A key with its bindings, as long as they can be joined to others.
     *
     * @param hostPorts the first one of each binding, 0 for any
     */
    private record Line(PortRange range, List<PortBinding> bindings, int[] hostPorts) {

        /** Null for what is never joined: no key, nothing published, or one of several host ports to choose. */
        static Line of(String key, List<PortBinding> bindings) {
            int slash = key.indexOf('/');
            if (slash < 0 || bindings == null || bindings.isEmpty()) {
                return null;
            }
            int number = numberOrNone(key.substring(0, slash));
            if (number == NONE) {
                return null;
            }
            int[] hostPorts = new int[bindings.size()];
            for (int i = 0; i < hostPorts.length; i++) {
                String text = bindings.get(i).hostPort();
                hostPorts[i] = text.isEmpty() ? 0 : numberOrNone(text);
                if (hostPorts[i] == NONE) {
                    return null;
                }
            }
            return new Line(new PortRange(number, 1, key.substring(slash + 1)), bindings, hostPorts);
        }

        boolean isFollowedBy(Line next) {
            if (range.first + range.count != next.range.first
                    || !range.protocol.equals(next.range.protocol)
                    || hostPorts.length != next.hostPorts.length) {
                return false;
            }
            for (int i = 0; i < hostPorts.length; i++) {
                int expected = hostPorts[i] == 0 ? 0 : hostPorts[i] + range.count;
                if (next.hostPorts[i] != expected
                        || !bindings.get(i).hostIp().equals(next.bindings.get(i).hostIp())) {
                    return false;
                }
            }
            return true;
        }

        Line with(Line next) {
            return new Line(
                    new PortRange(range.first, range.count + next.range.count, range.protocol), bindings, hostPorts);
        }

        List<PortBinding> joined() {
            if (range.count == 1) {
                return bindings;
            }
            List<PortBinding> joined = new ArrayList<>(hostPorts.length);
            for (int i = 0; i < hostPorts.length; i++) {
                joined.add(new PortBinding(
                        bindings.get(i).hostIp(), hostPorts[i] == 0 ? "" : row(hostPorts[i], range.count)));
            }
            return joined;
        }
    }
}
