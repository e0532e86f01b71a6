package io.felucca.portmap.iptables;

import io.felucca.engine.Driver;
import io.felucca.engine.EngineRoot;
import io.felucca.linux.Processes;
import io.felucca.linux.net.Conntrack;
import io.felucca.linux.net.LoopbackRouting;
import io.felucca.linux.net.Namespaces;
import io.felucca.network.spi.PortMapper;
import io.felucca.network.spi.PortMapper.Relayed;
import io.felucca.network.spi.Protocol;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Published ports by iptables, where nftables is not there. Keeps nothing in memory. */
@Component(service = PortMapper.class, immediate = true)
@Driver(kind = PortMapper.KIND, name = "iptables")
public final class IptablesPortMapper implements PortMapper {

    private final IptablesRules rules;
    private final Iptables ipv4;
    private final Iptables ipv6;
    private final Conntrack conntrack;
    private final Namespaces namespaces;

    @Activate
    public IptablesPortMapper(
            @Reference EngineRoot engine,
            @Reference Processes processes,
            @Reference Namespaces namespaces,
            @Reference Conntrack conntrack) {
        this.conntrack = conntrack;
        rules = new IptablesRules(engine.id());
        ipv4 = new Iptables(processes, false);
        ipv6 = new Iptables(processes, true);
        this.namespaces = namespaces;
    }

    @Override
    public Optional<String> probe() {
        return Optional.of(ipv4.problem()).filter(problem -> !problem.isEmpty());
    }

    @Override
    public boolean carries(Binding binding) {
        boolean wide = binding.hostAddress().getAddress().length == 16;
        return binding.isRoutable() && !(wide && !ipv6.problem().isEmpty());
    }

    /** One change at a time: the program would wait for its own lock else. */
    @Override
    public synchronized void change(Publication from, Publication to) {
        if (from.isEmpty() && to.isEmpty()) {
            return;
        }
        if (has(from, false) || has(to, false)) {
            change(ipv4, from, to, false);
            guard(to);
        }
        if ((has(from, true) || has(to, true)) && ipv6.problem().isEmpty()) {
            change(ipv6, from, to, true);
        }
        conntrack.forget(Protocol.UDP.number(), Publication.changedPorts(Protocol.UDP, from, to));
    }

    private void change(Iptables program, Publication from, Publication to, boolean wide) {
        if (program.restored(rules.change(from, to, wide))) {
            ensureJumps(program, wide);
            return;
        }
        // Somebody has flushed the rules, or a crash left others: what can be deleted goes, the rest is made.
        declare(program);
        ensureJumps(program, wide);
        for (Publication each : List.of(from, to)) {
            for (Publication one : singles(each)) {
                program.restored(rules.change(one, one.none(), wide));
            }
        }
        program.restore(rules.change(to.none(), to, wide));
    }

    private static List<Publication> singles(Publication all) {
        String id = all.containerId();
        String device = all.hostDevice();
        return Stream.concat(
                        all.bindings().stream().map(one -> new Publication(id, device, List.of(one))),
                        all.relayed().stream().map(one -> new Publication(id, device, List.of(), List.of(one))))
                .toList();
    }

    /** Chains that are not there; those that are stay as they are. */
    private void declare(Iptables program) {
        program.declare("nat", rules.chain());
        program.declare("nat", rules.chain() + "-POST");
        program.declare("nat", rules.chain() + IptablesRules.RELAY);
        program.declare("raw", rules.chain());
    }

    private void ensureJumps(Iptables program, boolean wide) {
        rules.jumps(wide).forEach(jump -> program.ensure("-I", jump));
    }

    private void guard(Publication publication) {
        if (publication.bindings().isEmpty()) {
            return;
        }
        ipv4.ensure("-A", rules.guardOf(publication.hostDevice()));
        ipv4.ensure("-A", rules.masqueradeOf(publication.hostDevice()));
        allowLoopback(publication);
    }

    @Override
    public synchronized void ensure(List<Publication> all) {
        ipv4.restore(rules.all(all, false));
        ensureJumps(ipv4, false);
        all.stream().filter(each -> has(each, false)).forEach(IptablesPortMapper::allowLoopback);
        if (ipv6.problem().isEmpty()) {
            ipv6.restore(rules.all(all, true));
            ensureJumps(ipv6, true);
        }
    }

    private static boolean has(Publication publication, boolean wide) {
        return Stream.concat(
                        publication.bindings().stream().map(Binding::hostAddress),
                        publication.relayed().stream().map(Relayed::hostAddress))
                .anyMatch(address -> (address.getAddress().length == 16) == wide);
    }

    private static void allowLoopback(Publication publication) {
        if (publication.isOnLoopback()) {
            LoopbackRouting.allow(publication.hostDevice());
        }
    }

    @Override
    public void redirect(Path namespace, InetSocketAddress service, int udpPort, int tcpPort) {
        String address = service.getAddress().getHostAddress();
        String start = "-A OUTPUT -d " + address + " -p ";
        String to = " --dport " + service.getPort() + " -j DNAT --to-destination " + address + ":";
        ipv4.restoreIn(
                namespaces,
                namespace,
                "*nat\n-F OUTPUT\n" + start + "udp -m udp" + to + udpPort + "\n" + start + "tcp -m tcp" + to + tcpPort
                        + "\nCOMMIT\n");
    }
}
