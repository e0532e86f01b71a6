package io.felucca.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.engine.EngineRoot;
import io.felucca.linux.net.NetworkChange.AddAddress;
import io.felucca.linux.net.NetworkChange.AddBridge;
import io.felucca.linux.net.NetworkChange.AddVeth;
import io.felucca.linux.net.NetworkChange.Configure;
import io.felucca.linux.net.NetworkChange.SetDefaultRoute;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.PortMapper;
import io.felucca.network.spi.PortMapper.Binding;
import io.felucca.network.spi.PortMapper.Publication;
import io.felucca.network.spi.PortMapper.Relayed;
import io.felucca.network.spi.Protocol;
import io.felucca.testkit.NetworkBench.LanHost;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every port mapper must do, as tests on a machine of namespaces: containers behind a bridge of the test's own, and a
 * machine on the local network. A mapper's test is this class and {@link #mapper}. Needs root.
 */
public abstract class PortMapperContract {

    protected static final InetAddress ANY = Cidr.parseAddress("0.0.0.0");
    protected static final InetAddress LOOPBACK = Cidr.parseAddress("127.0.0.1");
    private static final InetAddress ANY_IPV6 = Cidr.parseAddress("::");
    private static final String BRIDGE = "ctr0";
    private static final String NOT_REACHED = "Exception";

    protected NetworkBench bench;
    protected PortMapper mapper;
    protected LanHost lan;

    /** A new mapper object of an engine; all its calls are made in the bench's host. */
    protected abstract PortMapper mapper(EngineRoot engine);

    /** Takes all rules of the bench's host away, as a firewall that is loaded anew. */
    protected abstract void flushRules();

    @BeforeEach
    void openBench() {
        bench = new NetworkBench();
        mapper = mapper(NetworkBench.engine("0123456789ab"));
        lan = bench.newLanHost();
        var host = bench.devices(bench.host());
        host.apply(new AddBridge(BRIDGE, "02:42:00:00:00:01"));
        int index = host.find(BRIDGE).orElseThrow().index();
        host.apply(
                Configure.up(BRIDGE),
                new AddAddress(index, Cidr.parseAddress("10.1.0.1"), 16),
                new AddAddress(index, Cidr.parseAddress("fd00:1::1"), 64));
    }

    @AfterEach
    void closeBench() {
        bench.close();
    }

    /** A container 10.1.0.N, fd00:1::N that serves its name {@code cN} on some ports. */
    private Path container(int number, int... ports) {
        Path namespace = bench.newNamespace();
        try (var fd = new io.felucca.linux.kernel.KernelNamespaces().open(namespace)) {
            bench.devices(bench.host())
                    .apply(new AddVeth("p" + number, BRIDGE, 1500, fd, "eth0", ""), Configure.up("p" + number));
        }
        var inside = bench.devices(namespace);
        int index = inside.find("eth0").orElseThrow().index();
        inside.apply(
                Configure.up("eth0"),
                new AddAddress(index, address(number), 16),
                new AddAddress(index, Cidr.parseAddress("fd00:1::" + number), 64),
                new SetDefaultRoute(index, Cidr.parseAddress("10.1.0.1")),
                new SetDefaultRoute(index, Cidr.parseAddress("fd00:1::1")));
        for (int port : ports) {
            bench.serve(namespace, "c" + number + ":" + port, port);
        }
        return namespace;
    }

    protected static InetAddress address(int number) {
        return Cidr.parseAddress("10.1.0." + number);
    }

    protected static Binding tcp(InetAddress host, int hostPort, int number, int port, int count) {
        return new Binding(Protocol.TCP, host, hostPort, address(number), port, count);
    }

    private static Binding udp(InetAddress host, int hostPort, int number, int port) {
        return new Binding(Protocol.UDP, host, hostPort, address(number), port, 1);
    }

    protected static Publication publication(int number, Binding... bindings) {
        return new Publication(("c" + number).repeat(32).substring(0, 64), BRIDGE, List.of(bindings));
    }

    protected void publish(Publication publication) {
        change(publication.none(), publication);
    }

    protected void change(Publication from, Publication to) {
        bench.inHost(() -> {
            mapper.change(from, to);
            return null;
        });
    }

    private void ensure(Publication... all) {
        bench.inHost(() -> {
            mapper.ensure(List.of(all));
            return null;
        });
    }

    private String fromLan(int port) {
        return bench.in(lan.namespace(), () -> NetworkPeer.askTcp(NetworkBench.HOST, port));
    }

    private String fromHost(InetAddress to, int port) {
        return bench.inHost(() -> NetworkPeer.askTcp(to, port));
    }

    @Test
    void itCanWorkHere() {
        assertThat(bench.inHost(mapper::probe)).isEmpty();
    }

    @Test
    void s143t19APortOfEveryAddressLeadsToTheContainerWhichSeesThePeer() {
        container(2, 80);
        publish(publication(2, tcp(ANY, 8080, 2, 80, 1)));

        assertThat(fromLan(8080)).isEqualTo("c2:80 192.0.2.2");
        assertThat(fromHost(LOOPBACK, 8080)).isEqualTo("c2:80 10.1.0.1");
        assertThat(fromHost(NetworkBench.HOST, 8080)).startsWith("c2:80 ");
        assertThat(fromLan(8081)).containsPattern(NOT_REACHED);
    }

    @Test
    void s146UdpIsCarried() {
        container(2, 53);
        publish(publication(2, udp(ANY, 5353, 2, 53)));
        assertThat(bench.in(lan.namespace(), () -> NetworkPeer.askUdp(NetworkBench.HOST, 5353)))
                .isEqualTo("c2:53 192.0.2.2");
        assertThat(bench.inHost(() -> NetworkPeer.askUdp(LOOPBACK, 5353))).isEqualTo("c2:53 10.1.0.1");
        assertThat(fromLan(5353)).containsPattern(NOT_REACHED);
    }

    @Test
    void aPeerThatGoesOnSendingByUdpIsLedToTheNextContainer() throws Exception {
        container(2, 53);
        container(3, 53);
        Publication two = publication(2, udp(ANY, 5353, 2, 53));
        Publication three = publication(3, udp(ANY, 5353, 3, 53));
        try (DatagramSocket peer = bench.in(lan.namespace(), () -> new DatagramSocket())) {
            peer.connect(NetworkBench.HOST, 5353);
            assertThat(NetworkPeer.ask(peer)).containsPattern(NOT_REACHED);
            publish(two);
            assertThat(NetworkPeer.ask(peer)).startsWith("c2:53 ");
            change(two, two.none());
            publish(three);
            assertThat(NetworkPeer.ask(peer)).startsWith("c3:53 ");
        }
    }

    @Test
    void s144t18APortOfTheLoopbackNetworkIsOfThisHostAlone() {
        Path container = container(2, 80);
        Path other = container(3);
        publish(publication(2, tcp(LOOPBACK, 8080, 2, 80, 1)));
        assertThat(fromHost(LOOPBACK, 8080)).isEqualTo("c2:80 10.1.0.1");
        for (int i = 0; i < 2; i++) {
            assertThat(fromLan(8080)).containsPattern(NOT_REACHED);
            // A machine, or a container, that sends packets for 127.0.0.1 to us as its router.
            for (Path outside : List.of(lan.namespace(), other, container)) {
                assertThat(askLoopbackThrough(outside, 8080)).containsPattern(NOT_REACHED);
            }
            flushRules();
            ensure(publication(2, tcp(LOOPBACK, 8080, 2, 80, 1)));
            assertThat(fromHost(LOOPBACK, 8080)).isEqualTo("c2:80 10.1.0.1");
        }
    }

    private String askLoopbackThrough(Path outside, int port) {
        return bench.in(outside, () -> {
            java.nio.file.Files.writeString(Path.of("/proc/sys/net/ipv4/conf/all/route_localnet"), "1");
            var devices = bench.devices(outside);
            int loopback = devices.find("lo").orElseThrow().index();
            devices.addresses().stream()
                    .filter(address ->
                            address.device() == loopback && address.address().equals(LOOPBACK))
                    .forEach(address -> devices.apply(new io.felucca.linux.net.NetworkChange.RemoveAddress(
                            loopback, LOOPBACK, address.prefixLength())));
            return NetworkPeer.askTcp(LOOPBACK, port);
        });
    }

    @Test
    void aPortOfOneAddressIsOfNoOther() {
        container(2, 80);
        container(3, 80);
        publish(publication(2, tcp(NetworkBench.HOST, 8080, 2, 80, 1)));
        publish(publication(3, tcp(LOOPBACK, 8080, 3, 80, 1)));
        assertThat(fromLan(8080)).isEqualTo("c2:80 192.0.2.2");
        assertThat(fromHost(LOOPBACK, 8080)).isEqualTo("c3:80 10.1.0.1");
    }

    @Test
    void b6ARangeLeadsToAsManyPorts() {
        container(2, 8000, 8500, 8999);
        container(3, 80, 81);
        publish(publication(2, tcp(ANY, 8000, 2, 8000, 1000)));
        publish(publication(3, tcp(ANY, 9000, 3, 80, 2), tcp(LOOPBACK, 9100, 3, 80, 2)));
        assertThat(fromLan(8000)).startsWith("c2:8000 ");
        assertThat(fromLan(8500)).startsWith("c2:8500 ");
        assertThat(fromLan(8999)).startsWith("c2:8999 ");
        assertThat(fromLan(9000)).startsWith("c3:80 ");
        assertThat(fromLan(9001)).startsWith("c3:81 ");
        assertThat(fromLan(9002)).containsPattern(NOT_REACHED);
        assertThat(fromLan(9101)).containsPattern(NOT_REACHED);
        assertThat(fromHost(LOOPBACK, 9101)).startsWith("c3:81 ");
        change(publication(2, tcp(ANY, 8000, 2, 8000, 1000)), publication(2));
        assertThat(fromLan(8500)).containsPattern(NOT_REACHED);
    }

    @Test
    void b4PortsComeAndGoWhileTheOthersConnectionsGoOn() throws Exception {
        container(2, 80, 81);
        Publication first = publication(2, tcp(ANY, 8080, 2, 80, 1));
        Publication both = publication(2, tcp(ANY, 8080, 2, 80, 1), tcp(ANY, 8081, 2, 81, 1));
        publish(first);
        try (Socket connection = connectFromLan(8080)) {
            change(first, both);
            assertThat(fromLan(8081)).startsWith("c2:81 ");
            assertThat(NetworkPeer.ask(connection)).startsWith("c2:80 ");
            change(both, first);
            assertThat(fromLan(8081)).containsPattern(NOT_REACHED);
            assertThat(NetworkPeer.ask(connection)).startsWith("c2:80 ");
            ensure(first);
            assertThat(NetworkPeer.ask(connection)).startsWith("c2:80 ");
        }
    }

    private Socket connectFromLan(int port) {
        return bench.in(lan.namespace(), () -> {
            Socket socket = new Socket();
            socket.connect(new InetSocketAddress(NetworkBench.HOST, port), 2000);
            socket.setSoTimeout(2000);
            return socket;
        });
    }

    @Test
    void whatIsEnsuredIsAllThatIsThere() {
        container(2, 80);
        container(3, 80);
        Publication two = publication(2, tcp(ANY, 8080, 2, 80, 1));
        Publication three = publication(3, tcp(ANY, 8081, 3, 80, 1));
        publish(two);
        ensure(three);
        assertThat(fromLan(8080)).containsPattern(NOT_REACHED);
        assertThat(fromLan(8081)).startsWith("c3:80 ");
        flushRules();
        assertThat(fromLan(8081)).containsPattern(NOT_REACHED);
        ensure(two, three);
        assertThat(fromLan(8080)).startsWith("c2:80 ");
        assertThat(fromLan(8081)).startsWith("c3:80 ");
        ensure();
        assertThat(fromLan(8081)).containsPattern(NOT_REACHED);
    }

    @Test
    void aChangeSucceedsWhateverIsThere() {
        container(2, 80);
        container(3, 80);
        Publication two = publication(2, tcp(ANY, 8080, 2, 80, 1));
        publish(two);
        flushRules();
        Publication more = publication(2, tcp(ANY, 8080, 2, 80, 1), tcp(ANY, 8081, 2, 80, 1));
        change(two, more);
        assertThat(fromLan(8080)).startsWith("c2:80 ");
        assertThat(fromLan(8081)).startsWith("c2:80 ");
        // What a crash left of another container.
        publish(publication(3, tcp(ANY, 8080, 3, 80, 1)));
        assertThat(fromLan(8080)).startsWith("c3:80 ");
        flushRules();
        change(more, more.none());
        assertThat(fromLan(8081)).containsPattern(NOT_REACHED);
    }

    @Test
    void anotherMapperObjectGoesOnWhereTheFirstWas() {
        container(2, 80);
        Publication two = publication(2, tcp(ANY, 8080, 2, 80, 1));
        publish(two);
        mapper = mapper(NetworkBench.engine("0123456789ab"));
        assertThat(fromLan(8080)).startsWith("c2:80 ");
        change(two, two.none());
        assertThat(fromLan(8080)).containsPattern(NOT_REACHED);
    }

    @Test
    void twoEnginesDoNotDisturbEachOther() {
        container(2, 80);
        container(3, 80);
        PortMapper other = mapper(NetworkBench.engine("ba9876543210"));
        Publication three = publication(3, tcp(ANY, 8081, 3, 80, 1));
        publish(publication(2, tcp(ANY, 8080, 2, 80, 1)));
        bench.inHost(() -> {
            other.change(three.none(), three);
            return null;
        });
        assertThat(fromLan(8080)).startsWith("c2:80 ");
        assertThat(fromLan(8081)).startsWith("c3:80 ");
        ensure();
        assertThat(fromLan(8081)).startsWith("c3:80 ");
    }

    @Test
    void ipv6LeadsToAContainerThatHasIt() {
        container(2, 80);
        Binding binding = new Binding(Protocol.TCP, ANY_IPV6, 8080, Cidr.parseAddress("fd00:1::2"), 80, 1);
        bench.inHost(() -> java.nio.file.Files.writeString(Path.of("/proc/sys/net/ipv6/conf/all/forwarding"), "1"));
        assertThat(mapper.carries(binding)).isTrue();
        publish(publication(2, binding));
        // Routes over an interface that has just come up take a while.
        await().untilAsserted(() -> assertThat(
                        bench.in(lan.namespace(), () -> NetworkPeer.askTcp(NetworkBench.HOST_IPV6, 8080)))
                .isEqualTo("c2:80 2001:db8:0:0:0:0:0:2"));
    }

    @Test
    void whatTheKernelCannotCarryIsLeftToTheCore() {
        assertThat(mapper.carries(tcp(ANY, 80, 2, 80, 1))).isTrue();
        assertThat(mapper.carries(tcp(ANY_IPV6, 80, 2, 80, 1))).isFalse();
        assertThat(mapper.carries(
                        new Binding(Protocol.TCP, Cidr.parseAddress("::1"), 80, Cidr.parseAddress("fd00:1::2"), 80, 1)))
                .isFalse();
    }

    @Test
    void b6WhatIsRelayedLeadsToThisHostsOwnPort() {
        bench.serve(bench.host(), "relay", new InetSocketAddress(ANY_IPV6, 40080));
        Relayed range = new Relayed(Protocol.TCP, ANY_IPV6, 8000, 1000, 40080);
        Relayed one = new Relayed(Protocol.UDP, ANY_IPV6, 5353, 1, 40080);
        Relayed loopback = new Relayed(Protocol.TCP, Cidr.parseAddress("::1"), 9000, 1, 40080);
        Publication two = publication(2);
        Publication relayed = new Publication(two.containerId(), BRIDGE, List.of(), List.of(range, one, loopback));
        publish(relayed);
        for (int i = 0; i < 2; i++) {
            await().untilAsserted(() -> assertThat(fromLanByIpv6(8999)).startsWith("relay "));
            assertThat(fromHost(Cidr.parseAddress("::1"), 8000)).startsWith("relay ");
            assertThat(fromHost(Cidr.parseAddress("::1"), 9000)).startsWith("relay ");
            assertThat(fromLanByIpv6(9000)).containsPattern(NOT_REACHED);
            assertThat(bench.in(lan.namespace(), () -> NetworkPeer.askUdp(NetworkBench.HOST_IPV6, 5353)))
                    .startsWith("relay ");
            assertThat(fromLan(8000)).containsPattern(NOT_REACHED);
            flushRules();
            ensure(relayed);
        }
        change(relayed, two);
        assertThat(fromLanByIpv6(8000)).containsPattern(NOT_REACHED);
    }

    private String fromLanByIpv6(int port) {
        return bench.in(lan.namespace(), () -> NetworkPeer.askTcp(NetworkBench.HOST_IPV6, port));
    }

    @Test
    void aNameServiceIsReachedByItsPortWithoutTakingIt() {
        Path container = bench.newNamespace();
        InetAddress service = Cidr.parseAddress("127.0.0.11");
        bench.serve(container, "service", new InetSocketAddress(service, 40053));
        for (int i = 0; i < 2; i++) {
            mapper.redirect(container, new InetSocketAddress(service, 53), 40053, 40053);
            assertThat(bench.in(container, () -> NetworkPeer.askUdp(service, 53)))
                    .isEqualTo("service 127.0.0.1");
            assertThat(bench.in(container, () -> NetworkPeer.askTcp(service, 53)))
                    .isEqualTo("service 127.0.0.1");
        }
        bench.serve(container, "own", 53);
        assertThat(bench.in(container, () -> NetworkPeer.askTcp(LOOPBACK, 53))).isEqualTo("own 127.0.0.1");
    }

    @Test
    void b6WithTenThousandPublishedAllAreReached() {
        List<Binding> many = new ArrayList<>();
        for (int port = 10_000; port < 20_000; port++) {
            many.add(tcp(ANY, port, 3, 80, 1));
        }
        container(3, 80);
        container(2, 80);
        publish(publication(3, many.toArray(Binding[]::new)));
        publish(publication(2, tcp(ANY, 8080, 2, 80, 1)));
        assertThat(fromLan(8080)).startsWith("c2:80 ");
        assertThat(fromLan(10_000)).startsWith("c3:80 ");
        assertThat(fromLan(19_999)).startsWith("c3:80 ");
    }
}
