package io.felucca.containers.query;

import io.felucca.FeluccaException;
import io.felucca.containers.NetworkSettings;
import io.felucca.containers.PortRange;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.networks.PortBinding;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Docker's filters {@code publish} and {@code expose}: {@code 80}, {@code 53/udp}, {@code 8000-8010/tcp}; one suffices. */
final class PortFilter {

    private static final Pattern FORM = Pattern.compile("([^/]*)(?:/(.*))?");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");

    private record Ports(int first, int last, String protocol) {

        boolean has(String port, String asked) {
            int number = Integer.parseInt(port);
            return first <= number && number <= last && protocol.equals(asked);
        }
    }

    private final List<Ports> published;
    private final List<Ports> exposed;

    /** @throws FeluccaException INVALID for what is no port or range of ports */
    PortFilter(List<String> published, List<String> exposed) {
        this.published =
                published.stream().map(value -> parse("publish", value)).toList();
        this.exposed = exposed.stream().map(value -> parse("expose", value)).toList();
    }

    private static Ports parse(String name, String value) {
        if (value.indexOf(':') >= 0) {
            throw FeluccaException.invalid("filter for '" + name + "' should not contain ':': " + value);
        }
        Matcher form = FORM.matcher(value);
        Matcher range = form.matches() ? RANGE.matcher(form.group(1)) : null;
        if (range == null || !range.matches()) {
            throw FeluccaException.invalid("error while looking up for " + name + " " + value
                    + ": strconv.ParseUint: parsing \"" + (range == null ? value : form.group(1))
                    + "\": invalid syntax");
        }
        int first = Integer.parseInt(range.group(1));
        int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
        if (last < first) {
            throw FeluccaException.invalid("error while looking up for " + name + " " + value
                    + ": Invalid range specified for the Port: " + form.group(1));
        }
        return new Ports(first, last, form.group(2) == null ? "tcp" : form.group(2));
    }

    /** Whether one that runs has such a port. */
    boolean matches(ManagedContainer container, NetworkSettings networks) {
        if (published.isEmpty() && exposed.isEmpty()) {
            return true;
        }
        Map<String, List<PortBinding>> now = PortRange.each(networks.sandbox().ports());
        Set<String> all = new TreeSet<>(now.keySet());
        if (networks.sandbox().endpoints().stream()
                .anyMatch(endpoint -> !endpoint.interfaceName().isEmpty())) {
            all.addAll(container.record().config().exposedPorts());
        }
        return all.stream().anyMatch(port -> {
            int slash = port.indexOf('/');
            String protocol = port.substring(slash + 1);
            return has(exposed, port.substring(0, slash), protocol)
                    || now.getOrDefault(port, List.of()).stream()
                            .anyMatch(binding -> has(published, binding.hostPort(), protocol));
        });
    }

    private static boolean has(List<Ports> asked, String port, String protocol) {
        return asked.stream().anyMatch(ports -> ports.has(port, protocol));
    }
}
