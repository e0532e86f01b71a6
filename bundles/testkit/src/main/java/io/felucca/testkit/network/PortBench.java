package io.felucca.testkit.network;

import io.felucca.engine.EngineRoot;
import io.felucca.linux.kernel.net.KernelNamespaces;
import io.felucca.linux.net.NetworkChange.AddAddress;
import io.felucca.linux.net.NetworkChange.AddBridge;
import io.felucca.linux.net.NetworkChange.AddVeth;
import io.felucca.linux.net.NetworkChange.Configure;
import io.felucca.linux.net.NetworkChange.SetDefaultRoute;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.PortMapper;
import io.felucca.network.spi.PortMapper.Binding;
import io.felucca.network.spi.PortMapper.Publication;
import io.felucca.network.spi.Protocol;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * A port mapper on a machine of namespaces: containers behind a bridge of the test's own, and a machine on the local
 * network.
 */
public final class PortBench extends NetworkBench {

    public static final InetAddress ANY = Cidr.parseAddress("0.0.0.0");
    public static final InetAddress LOOPBACK = Cidr.parseAddress("127.0.0.1");

    public static final InetAddress ANY_IPV6 = Cidr.parseAddress("::");
    static final String BRIDGE = "ctr0";

    /** What a peer says that does not get there, as a regular expression. */
    public static final String NOT_REACHED = "Exception";

    private static final String ENGINE = "0123456789ab";

    private final Function<EngineRoot, PortMapper> mappers;
    private final Runnable flush;
    private final LanHost lan;
    private PortMapper mapper;

    /** @param flush takes all rules of the bench's host away */
    PortBench(Function<EngineRoot, PortMapper> mappers, Runnable flush) {
        this.mappers = mappers;
        this.flush = flush;
        renewMapper();
        lan = newLanHost();
        var host = devices(host());
        host.apply(new AddBridge(BRIDGE, "02:42:00:00:00:01"));
        int index = host.find(BRIDGE).orElseThrow().index();
        host.apply(
                Configure.up(BRIDGE),
                new AddAddress(index, Cidr.parseAddress("10.1.0.1"), 16),
                new AddAddress(index, Cidr.parseAddress("fd00:1::1"), 64));
    }

    public PortMapper mapper() {
        return mapper;
    }

    /** One of another engine. */
    PortMapper mapper(String engineId) {
        return mappers.apply(engine(engineId));
    }

    /** Goes on with a new mapper object, as after a stop and a start of its bundle. */
    void renewMapper() {
        mapper = mapper(ENGINE);
    }

    void flushRules() {
        flush.run();
    }

    /** The machine on the local network. */
    public LanHost lan() {
        return lan;
    }

    /** A container 10.1.0.N, fd00:1::N that serves its name {@code cN:PORT} on some ports. */
    public Path container(int number, int... ports) {
        Path namespace = newNamespace();
        try (var fd = new KernelNamespaces().open(namespace)) {
            devices(host()).apply(new AddVeth("p" + number, BRIDGE, 1500, fd, "eth0", ""), Configure.up("p" + number));
        }
        var inside = devices(namespace);
        int index = inside.find("eth0").orElseThrow().index();
        inside.apply(
                Configure.up("eth0"),
                new AddAddress(index, address(number), 16),
                new AddAddress(index, Cidr.parseAddress("fd00:1::" + number), 64),
                new SetDefaultRoute(index, Cidr.parseAddress("10.1.0.1")),
                new SetDefaultRoute(index, Cidr.parseAddress("fd00:1::1")));
        for (int port : ports) {
            serve(namespace, "c" + number + ":" + port, port);
        }
        return namespace;
    }

    private static InetAddress address(int number) {
        return Cidr.parseAddress("10.1.0." + number);
    }

    /** Ports of the host to as many of the container 10.1.0.N. */
    public static Binding tcp(InetAddress host, int hostPort, int number, int port, int count) {
        return new Binding(Protocol.TCP, host, hostPort, address(number), port, count);
    }

    public static Binding udp(InetAddress host, int hostPort, int number, int port) {
        return new Binding(Protocol.UDP, host, hostPort, address(number), port, 1);
    }

    /** What the container 10.1.0.N has published. */
    public static Publication publication(int number, Binding... bindings) {
        return new Publication(("c" + number).repeat(32).substring(0, 64), BRIDGE, List.of(bindings));
    }

    public void publish(Publication publication) {
        change(publication.none(), publication);
    }

    public void change(Publication from, Publication to) {
        inHost(() -> {
            mapper.change(from, to);
            return null;
        });
    }

    public void ensure(Publication... all) {
        inHost(() -> {
            mapper.ensure(List.of(all));
            return null;
        });
    }

    public String fromLan(int port) {
        return in(lan.namespace(), () -> NetworkPeer.askTcp(HOST, port));
    }

    String fromLanByIpv6(int port) {
        return in(lan.namespace(), () -> NetworkPeer.askTcp(HOST_IPV6, port));
    }

    String fromHost(InetAddress to, int port) {
        return inHost(() -> NetworkPeer.askTcp(to, port));
    }
}
