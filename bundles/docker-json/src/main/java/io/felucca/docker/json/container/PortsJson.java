package io.felucca.docker.json.container;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.FeluccaException;
import io.felucca.containers.Container;
import io.felucca.containers.PortRange;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.json.Fields;
import io.felucca.networks.PortBinding;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Published ports in Docker's JSON (PortMap and PortSummary of API 1.51). */
public final class PortsJson {

    private PortsJson() {}

    /** Ports in a row joined, as the engine keeps them; Docker's keys are of single ports. */
    static Map<String, List<PortBinding>> bindings(Fields ports) {
        Map<String, List<PortBinding>> all = new LinkedHashMap<>();
        Map<String, List<PortBinding>> given = ports.objectLists(
                binding -> new PortBinding(binding.textOrEmpty("HostIp"), binding.textOrEmpty("HostPort")));
        given.forEach((port, bindings) -> {
            if (port.indexOf('-') >= 0) {
                throw FeluccaException.invalid("invalid port specification: \"" + port.replaceFirst("/.*", "") + "\"");
            }
            all.put(port.indexOf('/') < 0 ? port + "/tcp" : port, bindings);
        });
        return PortRange.joined(all);
    }

    static void put(ObjectNode node, Map<String, List<PortBinding>> ports) {
        new TreeMap<>(PortRange.each(ports)).forEach((port, bindings) -> put(node, port, bindings));
    }

    static void put(ObjectNode node, String port, List<PortBinding> bindings) {
        if (bindings == null || bindings.isEmpty()) {
            node.putNull(port);
            return;
        }
        ArrayNode array = node.putArray(port);
        for (PortBinding binding : bindings) {
            array.addObject().put("HostIp", binding.hostIp()).put("HostPort", binding.hostPort());
        }
    }

    /** What inspect's NetworkSettings.Ports shows: all exposed and all published ports of one that runs. */
    static void putNow(ObjectNode node, Container container) {
        if (!container.state().running()) {
            return;
        }
        Map<String, List<PortBinding>> published =
                PortRange.each(container.networkSettings().sandbox().ports());
        TreeSet<String> all = new TreeSet<>(published.keySet());
        if (container.networkSettings().sandbox().endpoints().stream()
                .anyMatch(endpoint -> !endpoint.interfaceName().isEmpty())) {
            all.addAll(container.config().exposedPorts());
        }
        all.forEach(port -> put(node, port, published.get(port)));
    }

    /** What a list shows. */
    static void putSummary(ArrayNode array, Container container) {
        ObjectNode now = DockerJson.object();
        putNow(now, container);
        now.properties().forEach(entry -> {
            String port = entry.getKey();
            int number = Integer.parseInt(port.substring(0, port.indexOf('/')));
            String type = port.substring(port.indexOf('/') + 1);
            if (entry.getValue().isNull()) {
                array.addObject().put("PrivatePort", number).put("Type", type);
            }
            entry.getValue()
                    .forEach(binding -> array.addObject()
                            .put("IP", binding.path("HostIp").textValue())
                            .put("PrivatePort", number)
                            .put(
                                    "PublicPort",
                                    Integer.parseInt(binding.path("HostPort").textValue()))
                            .put("Type", type));
        });
    }

    private record Range(String ip, int firstPrivate, int firstPublic, int count, String type) {

        boolean isFollowedBy(Range next) {
            return ip.equals(next.ip)
                    && type.equals(next.type)
                    && firstPrivate + count == next.firstPrivate
                    && (firstPublic == 0 ? next.firstPublic == 0 : firstPublic + count == next.firstPublic);
        }

        private String range(int first) {
            return count == 1 ? Integer.toString(first) : first + "-" + (first + count - 1);
        }

        @Override
        public String toString() {
            String inside = range(firstPrivate) + "/" + type;
            String address = ip.contains(":") ? "[" + ip + "]" : ip;
            return firstPublic == 0 ? inside : address + ":" + range(firstPublic) + "->" + inside;
        }
    }

    /** The PORTS column: {@code 0.0.0.0:49155->5000/tcp}, ranges joined, in the order of the docker command. */
    public static String text(Container container) {
        ArrayNode summary = DockerJson.mapper().createArrayNode();
        putSummary(summary, container);
        List<Range> all = new java.util.ArrayList<>();
        summary.forEach(port -> all.add(new Range(
                port.path("IP").asText(""),
                port.path("PrivatePort").intValue(),
                port.path("PublicPort").asInt(0),
                1,
                port.path("Type").textValue())));
        all.sort(Comparator.comparing(Range::ip)
                .thenComparing(Range::type)
                .thenComparingInt(Range::firstPrivate)
                .thenComparingInt(Range::firstPublic));
        List<Range> joined = new java.util.ArrayList<>();
        for (Range next : all) {
            Range last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (last != null && last.isFollowedBy(next)) {
                joined.set(
                        joined.size() - 1,
                        new Range(last.ip, last.firstPrivate, last.firstPublic, last.count + 1, last.type));
            } else {
                joined.add(next);
            }
        }
        joined.sort(Comparator.comparingInt(Range::firstPrivate)
                .thenComparing(Range::type)
                .thenComparing(Range::ip));
        return String.join(", ", joined.stream().map(Range::toString).toList());
    }
}
