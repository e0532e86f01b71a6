package io.felucca.link;

import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.LinkDriver.Port;
import io.felucca.network.spi.LinkDriver.Recipient;
import io.felucca.network.spi.LinkDriver.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The variables of a link, in the order and form of moby's daemon/links (20.10). */
final class LinkVariables {

    /** Variables that an image's build leaves, of no use to others. */
    private static final Set<String> NOT_PASSED = Set.of("HOME", "PATH");

    private final String prefix;
    private final String address;
    private final List<Port> ports;
    private final List<String> variables = new ArrayList<>();

    private LinkVariables(Source source) {
        prefix = source.alias().toUpperCase(Locale.ROOT).replace('-', '_');
        address = Cidr.text(source.addresses().get(0));
        ports = source.exposed().stream()
                .distinct()
                .sorted(Comparator.comparingInt(Port::number).thenComparing(Port::protocol))
                .toList();
    }

    static List<String> of(Recipient recipient, Source source) {
        LinkVariables link = new LinkVariables(source);
        if (!link.ports.isEmpty()) {
            link.add("PORT", link.url(link.ports.get(0)));
        }
        link.addRanges();
        link.ports.forEach(link::addPort);
        link.add("NAME", "/" + recipient.name() + "/" + source.alias());
        for (String variable : source.env()) {
            int equals = variable.indexOf('=');
            if (equals > 0 && !NOT_PASSED.contains(variable.substring(0, equals))) {
                link.variables.add(link.prefix + "_ENV_" + variable);
            }
        }
        return link.variables;
    }

    /** Ports of a protocol that follow each other, told by the first and the last. */
    private void addRanges() {
        for (int first = 0; first < ports.size(); ) {
            int last = first;
            while (last + 1 < ports.size()
                    && ports.get(last + 1).protocol() == ports.get(first).protocol()
                    && ports.get(last + 1).number() == ports.get(last).number() + 1) {
                last++;
            }
            if (last > first) {
                addEnd(first, first, "START");
                addEnd(first, last, "END");
            }
            first = last + 1;
        }
    }

    private void addEnd(int first, int end, String which) {
        Port port = ports.get(end);
        String name = name(ports.get(first));
        add(name + "_" + which, url(port));
        if (which.equals("START")) {
            add(name + "_ADDR", address);
            add(name + "_PROTO", port.protocol().text());
        }
        add(name + "_PORT_" + which, Integer.toString(port.number()));
    }

    private void addPort(Port port) {
        String name = name(port);
        add(name, url(port));
        add(name + "_ADDR", address);
        add(name + "_PORT", Integer.toString(port.number()));
        add(name + "_PROTO", port.protocol().text());
    }

    private static String name(Port port) {
        return "PORT_" + port.number() + "_" + port.protocol().name();
    }

    private String url(Port port) {
        return port.protocol().text() + "://" + address + ":" + port.number();
    }

    private void add(String name, String value) {
        variables.add(prefix + "_" + name + "=" + value);
    }
}
