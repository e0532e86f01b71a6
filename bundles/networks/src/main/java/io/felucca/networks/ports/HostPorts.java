package io.felucca.networks.ports;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.PortRange;
import io.felucca.linux.net.PortClaims;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.Protocol;
import io.felucca.networks.PortBinding;
import io.felucca.networks.ports.PortAllocator.Line;
import io.felucca.networks.ports.PortBindingParser.Choice;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which ports of the host are whose. Each is held by a bound socket, so that nobody else on the host takes it; what the
 * engine's own containers have is told apart by Docker's text. Thread-safe.
 */
public final class HostPorts {

    private final PortAllocator allocator;
    private final int firstPort;
    private final int lastPort;
    /** Where to go on looking for a free port, as Docker does: not where all are taken. */
    private final Map<Line, Integer> next = new ConcurrentHashMap<>();

    public HostPorts(PortClaims claims, int firstPort, int lastPort) {
        this.allocator = new PortAllocator(claims);
        this.firstPort = firstPort;
        this.lastPort = lastPort;
    }

    /** A host port of these addresses, taken or kept for a port of the container. */
    private record Got(List<Line> lines, int port) {}

    /**
     * Chooses and takes host ports.
     *
     * @param kept what the container has already, which stays as it is where it is asked for again
     * @return what is published, host ports chosen
     * @throws FeluccaException CONFLICT for a port that is taken; then nothing was taken
     */
    public Map<String, List<PortBinding>> take(
            String containerId, Map<PortRange, List<PortBinding>> wanted, Map<String, List<PortBinding>> kept) {
        Map<String, List<PortBinding>> chosen = new LinkedHashMap<>();
        Map<String, List<PortBinding>> before = new LinkedHashMap<>();
        PortRange.each(kept).forEach((port, bindings) -> before.put(port, new ArrayList<>(bindings)));
        List<Got> taken = new ArrayList<>();
        try {
            wanted.forEach((range, bindings) -> {
                Protocol protocol = Protocol.of(range.protocol());
                List<List<Got>> got = new ArrayList<>();
                for (PortBinding binding : bindings) {
                    Choice first = Choice.of(range.binding(binding, 0));
                    List<Line> lines = first.addresses().stream()
                            .map(address -> allocator.line(protocol, address))
                            .toList();
                    List<Got> ports = new ArrayList<>(range.count());
                    for (int i = 0; i < range.count(); i++) {
                        Choice asked = first.after(i);
                        Got stays = before.isEmpty() ? null : keep(asked, lines, before.get(range.port(i)));
                        Got one = stays == null ? takeOne(containerId, lines, asked) : stays;
                        if (stays == null) {
                            taken.add(one);
                        }
                        ports.add(one);
                    }
                    got.add(ports);
                }
                put(chosen, range, got);
            });
            return chosen;
        } catch (RuntimeException e) {
            Collections.reverse(taken);
            taken.forEach(got -> got.lines.forEach(line -> allocator.free(containerId, line, got.port, 1)));
            throw e;
        }
    }

    /** By binding, then port. */
    private static void put(Map<String, List<PortBinding>> chosen, PortRange range, List<List<Got>> got) {
        if (got.stream().allMatch(HostPorts::isRow)) {
            List<PortBinding> bindings = new ArrayList<>();
            for (List<Got> ports : got) {
                Got first = ports.get(0);
                String row = PortRange.row(first.port, ports.size());
                first.lines.forEach(line -> bindings.add(new PortBinding(Cidr.text(line.address()), row)));
            }
            chosen.put(range.toString(), List.copyOf(bindings));
            return;
        }
        Map<String, List<PortBinding>> each = new LinkedHashMap<>();
        for (int i = 0; i < range.count(); i++) {
            List<PortBinding> bindings = new ArrayList<>();
            for (List<Got> ports : got) {
                Got one = ports.get(i);
                one.lines.forEach(
                        line -> bindings.add(new PortBinding(Cidr.text(line.address()), Integer.toString(one.port))));
            }
            each.put(range.port(i), bindings);
        }
        chosen.putAll(PortRange.joined(each));
    }

    private static boolean isRow(List<Got> ports) {
        Got first = ports.get(0);
        for (int i = 1; i < ports.size(); i++) {
            Got one = ports.get(i);
            if (one.port != first.port + i || !one.lines.equals(first.lines)) {
                return false;
            }
        }
        return true;
    }

    /**
     * What is there already of what is asked for: a host port of its addresses, of both families or of the one that the
     * host has. It is taken out of what was there before. Null for nothing.
     */
    private Got keep(Choice asked, List<Line> lines, List<PortBinding> before) {
        if (before == null) {
            return null;
        }
        int first = asked.any() ? firstPort : asked.first();
        int last = asked.any() ? lastPort : asked.last();
        Optional<String> port = before.stream()
                .filter(binding -> PortBindingParser.address(binding.hostIp())
                        .equals(asked.addresses().get(0)))
                .map(PortBinding::hostPort)
                .filter(number -> Integer.parseInt(number) >= first && Integer.parseInt(number) <= last)
                .findFirst();
        if (port.isEmpty()) {
            return null;
        }
        List<PortBinding> stays = before.stream()
                .filter(binding -> port.get().equals(binding.hostPort()))
                .filter(binding -> asked.addresses().contains(PortBindingParser.address(binding.hostIp())))
                .toList();
        before.removeAll(stays);
        return new Got(
                lines.stream()
                        .filter(line -> stays.stream()
                                .anyMatch(binding -> PortBindingParser.address(binding.hostIp())
                                        .equals(line.address())))
                        .toList(),
                Integer.parseInt(port.get()));
    }

    private Got takeOne(String containerId, List<Line> lines, Choice asked) {
        if (!asked.any() && asked.first() == asked.last()) {
            return new Got(allocator.take(containerId, lines, asked.first()), asked.first());
        }
        Line line = lines.get(0);
        int first = asked.any() ? firstPort : asked.first();
        int count = (asked.any() ? lastPort : asked.last()) - first + 1;
        int start = asked.any() ? next.getOrDefault(line, 0) : 0;
        FeluccaException failure = null;
        for (int i = 0; i < count; i++) {
            int offset = (start + i) % count;
            int port = first + offset;
            if (allocator.isHeld(line, port)) {
                continue;
            }
            try {
                List<Line> of = allocator.take(containerId, lines, port);
                if (asked.any()) {
                    next.put(line, offset + 1);
                }
                return new Got(of, port);
            } catch (FeluccaException e) {
                if (e.kind() != Kind.CONFLICT) {
                    throw e;
                }
                failure = e;
            }
        }
        String text = Cidr.text(line.address());
        throw new FeluccaException(
                Kind.CONFLICT,
                asked.any()
                        ? "all ports are allocated: none of " + firstPort + "-" + lastPort + " is free on " + text
                                + " for " + line.protocol().text()
                        : "Bind for " + text + ":" + first + "-" + asked.last() + " failed: all ports are allocated",
                failure);
    }

    /** After a start of the engine: what the monitor holds already is no error. */
    public void adopt(String containerId, Map<String, List<PortBinding>> ports) {
        each(ports, (line, first, count) -> allocator.adopt(containerId, line, first, count));
    }

    public void free(String containerId, Map<String, List<PortBinding>> ports) {
        each(ports, (line, first, count) -> allocator.free(containerId, line, first, count));
    }

    /** Frees what is in the first and not in the second. */
    public void freeRest(String containerId, Map<String, List<PortBinding>> old, Map<String, List<PortBinding>> now) {
        Map<Line, BitSet> rest = new HashMap<>();
        each(
                old,
                (line, first, count) ->
                        rest.computeIfAbsent(line, any -> new BitSet()).set(first, first + count));
        each(
                now,
                (line, first, count) ->
                        rest.computeIfAbsent(line, any -> new BitSet()).clear(first, first + count));
        rest.forEach((line, ports) -> ports.stream().forEach(port -> allocator.free(containerId, line, port, 1)));
    }

    /** A descriptor that holds a container's ports, which its monitor is going to hold. */
    public List<Integer> forMonitor(String containerId) {
        return allocator.forMonitor(containerId).stream().toList();
    }

    /** The container's monitor is gone, and what it held is free. */
    public void ended(String containerId) {
        allocator.ended(containerId);
    }

    private interface Row {
        void of(Line line, int first, int count);
    }

    private void each(Map<String, List<PortBinding>> ports, Row work) {
        ports.forEach((port, bindings) -> {
            PortRange range = PortRange.parse(port);
            Protocol protocol = Protocol.of(range.protocol());
            for (PortBinding binding : bindings) {
                work.of(
                        allocator.line(protocol, PortBindingParser.address(binding.hostIp())),
                        range.hostPort(binding),
                        range.count());
            }
        });
    }
}
