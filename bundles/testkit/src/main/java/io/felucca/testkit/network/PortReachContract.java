package io.felucca.testkit.network;

import static io.felucca.testkit.network.PortBench.ANY;
import static io.felucca.testkit.network.PortBench.ANY_IPV6;
import static io.felucca.testkit.network.PortBench.BRIDGE;
import static io.felucca.testkit.network.PortBench.LOOPBACK;
import static io.felucca.testkit.network.PortBench.NOT_REACHED;
import static io.felucca.testkit.network.PortBench.publication;
import static io.felucca.testkit.network.PortBench.tcp;
import static io.felucca.testkit.network.PortBench.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.linux.net.NetworkChange.RemoveAddress;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.PortMapper.Binding;
import io.felucca.network.spi.PortMapper.Publication;
import io.felucca.network.spi.PortMapper.Relayed;
import io.felucca.network.spi.Protocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which port leads where: to a container, to a name service, or to the engine that relays; and from whom. */
interface PortReachContract {

    PortBench bench();

    @Test
    default void s143t19APortOfEveryAddressLeadsToTheContainerWhichSeesThePeer() {
        bench().container(2, 80);
        bench().publish(publication(2, tcp(ANY, 8080, 2, 80, 1)));

        assertThat(bench().fromLan(8080)).isEqualTo("c2:80 192.0.2.2");
        assertThat(bench().fromHost(LOOPBACK, 8080)).isEqualTo("c2:80 10.1.0.1");
        assertThat(bench().fromHost(NetworkBench.HOST, 8080)).startsWith("c2:80 ");
        assertThat(bench().fromLan(8081)).containsPattern(NOT_REACHED);
    }

    @Test
    default void s146UdpIsCarried() {
        bench().container(2, 53);
        bench().publish(publication(2, udp(ANY, 5353, 2, 53)));
        assertThat(bench().in(bench().lan().namespace(), () -> NetworkPeer.askUdp(NetworkBench.HOST, 5353)))
                .isEqualTo("c2:53 192.0.2.2");
        assertThat(bench().inHost(() -> NetworkPeer.askUdp(LOOPBACK, 5353))).isEqualTo("c2:53 10.1.0.1");
        assertThat(bench().fromLan(5353)).containsPattern(NOT_REACHED);
    }

    @Test
    default void s144t18APortOfTheLoopbackNetworkIsOfThisHostAlone() {
        Path container = bench().container(2, 80);
        Path other = bench().container(3);
        bench().publish(publication(2, tcp(LOOPBACK, 8080, 2, 80, 1)));
        assertThat(bench().fromHost(LOOPBACK, 8080)).isEqualTo("c2:80 10.1.0.1");
        for (int i = 0; i < 2; i++) {
            assertThat(bench().fromLan(8080)).containsPattern(NOT_REACHED);
            // A machine, or a container, that sends packets for 127.0.0.1 to us as its router.
            for (Path outside : List.of(bench().lan().namespace(), other, container)) {
                assertThat(askLoopbackThrough(outside, 8080)).containsPattern(NOT_REACHED);
            }
            bench().flushRules();
            bench().ensure(publication(2, tcp(LOOPBACK, 8080, 2, 80, 1)));
            assertThat(bench().fromHost(LOOPBACK, 8080)).isEqualTo("c2:80 10.1.0.1");
        }
    }

    @Test
    default void t18ADeviceLetsPacketsOfTheLoopbackNetworkLeaveOnlyForAPortOfIt() {
        bench().container(2, 80);
        bench().publish(publication(2, tcp(NetworkBench.HOST, 8080, 2, 80, 1)));
        assertThat(loopbackLeaves()).isEqualTo("0");
        bench().publish(publication(2, tcp(LOOPBACK, 8080, 2, 80, 1)));
        assertThat(loopbackLeaves()).isEqualTo("1");
    }

    private String loopbackLeaves() {
        return bench().inHost(() -> Files.readString(Path.of("/proc/sys/net/ipv4/conf", BRIDGE, "route_localnet")));
    }

    private String askLoopbackThrough(Path outside, int port) {
        return bench().in(outside, () -> {
            Files.writeString(Path.of("/proc/sys/net/ipv4/conf/all/route_localnet"), "1");
            var devices = bench().devices(outside);
            int loopback = devices.find("lo").orElseThrow().index();
            devices.addresses().stream()
                    .filter(address ->
                            address.device() == loopback && address.address().equals(LOOPBACK))
                    .forEach(address -> devices.apply(new RemoveAddress(loopback, LOOPBACK, address.prefixLength())));
            return NetworkPeer.askTcp(LOOPBACK, port);
        });
    }

    @Test
    default void aPortOfOneAddressIsOfNoOther() {
        bench().container(2, 80);
        bench().container(3, 80);
        bench().publish(publication(2, tcp(NetworkBench.HOST, 8080, 2, 80, 1)));
        bench().publish(publication(3, tcp(LOOPBACK, 8080, 3, 80, 1)));
        assertThat(bench().fromLan(8080)).isEqualTo("c2:80 192.0.2.2");
        assertThat(bench().fromHost(LOOPBACK, 8080)).isEqualTo("c3:80 10.1.0.1");
    }

    @Test
    default void b6ARangeLeadsToAsManyPorts() {
        bench().container(2, 8000, 8500, 8999);
        bench().container(3, 80, 81);
        bench().publish(publication(2, tcp(ANY, 8000, 2, 8000, 1000)));
        bench().publish(publication(3, tcp(ANY, 9000, 3, 80, 2), tcp(LOOPBACK, 9100, 3, 80, 2)));
        assertThat(bench().fromLan(8000)).startsWith("c2:8000 ");
        assertThat(bench().fromLan(8500)).startsWith("c2:8500 ");
        assertThat(bench().fromLan(8999)).startsWith("c2:8999 ");
        assertThat(bench().fromLan(9000)).startsWith("c3:80 ");
        assertThat(bench().fromLan(9001)).startsWith("c3:81 ");
        assertThat(bench().fromLan(9002)).containsPattern(NOT_REACHED);
        assertThat(bench().fromLan(9101)).containsPattern(NOT_REACHED);
        assertThat(bench().fromHost(LOOPBACK, 9101)).startsWith("c3:81 ");
        bench().change(publication(2, tcp(ANY, 8000, 2, 8000, 1000)), publication(2));
        assertThat(bench().fromLan(8500)).containsPattern(NOT_REACHED);
    }

    @Test
    default void ipv6LeadsToAContainerThatHasIt() {
        bench().container(2, 80);
        Binding binding = new Binding(Protocol.TCP, ANY_IPV6, 8080, Cidr.parseAddress("fd00:1::2"), 80, 1);
        bench().inHost(() -> Files.writeString(Path.of("/proc/sys/net/ipv6/conf/all/forwarding"), "1"));
        assertThat(bench().mapper().carries(binding)).isTrue();
        bench().publish(publication(2, binding));
        // Routes over an interface that has just come up take a while.
        await().untilAsserted(() -> assertThat(
                        bench().in(bench().lan().namespace(), () -> NetworkPeer.askTcp(NetworkBench.HOST_IPV6, 8080)))
                .isEqualTo("c2:80 2001:db8:0:0:0:0:0:2"));
    }

    @Test
    default void whatTheKernelCannotCarryIsLeftToTheCore() {
        assertThat(bench().mapper().carries(tcp(ANY, 80, 2, 80, 1))).isTrue();
        assertThat(bench().mapper().carries(tcp(ANY_IPV6, 80, 2, 80, 1))).isFalse();
        assertThat(bench().mapper()
                        .carries(new Binding(
                                Protocol.TCP, Cidr.parseAddress("::1"), 80, Cidr.parseAddress("fd00:1::2"), 80, 1)))
                .isFalse();
    }

    @Test
    default void b6WhatIsRelayedLeadsToThisHostsOwnPort() {
        bench().serve(bench().host(), "relay", new InetSocketAddress(ANY_IPV6, 40080));
        Relayed range = new Relayed(Protocol.TCP, ANY_IPV6, 8000, 1000, 40080);
        Relayed one = new Relayed(Protocol.UDP, ANY_IPV6, 5353, 1, 40080);
        Relayed loopback = new Relayed(Protocol.TCP, Cidr.parseAddress("::1"), 9000, 1, 40080);
        Publication two = publication(2);
        Publication relayed = new Publication(two.containerId(), BRIDGE, List.of(), List.of(range, one, loopback));
        bench().publish(relayed);
        for (int i = 0; i < 2; i++) {
            await().untilAsserted(() -> assertThat(bench().fromLanByIpv6(8999)).startsWith("relay "));
            assertThat(bench().fromHost(Cidr.parseAddress("::1"), 8000)).startsWith("relay ");
            assertThat(bench().fromHost(Cidr.parseAddress("::1"), 9000)).startsWith("relay ");
            assertThat(bench().fromLanByIpv6(9000)).containsPattern(NOT_REACHED);
            assertThat(bench().in(bench().lan().namespace(), () -> NetworkPeer.askUdp(NetworkBench.HOST_IPV6, 5353)))
                    .startsWith("relay ");
            assertThat(bench().fromLan(8000)).containsPattern(NOT_REACHED);
            bench().flushRules();
            bench().ensure(relayed);
        }
        bench().change(relayed, two);
        assertThat(bench().fromLanByIpv6(8000)).containsPattern(NOT_REACHED);
    }

    @Test
    default void aNameServiceIsReachedByItsPortWithoutTakingIt() {
        Path container = bench().newNamespace();
        InetAddress service = Cidr.parseAddress("127.0.0.11");
        bench().serve(container, "service", new InetSocketAddress(service, 40053));
        for (int i = 0; i < 2; i++) {
            bench().mapper().redirect(container, new InetSocketAddress(service, 53), 40053, 40053);
            assertThat(bench().in(container, () -> NetworkPeer.askUdp(service, 53)))
                    .isEqualTo("service 127.0.0.1");
            assertThat(bench().in(container, () -> NetworkPeer.askTcp(service, 53)))
                    .isEqualTo("service 127.0.0.1");
        }
        bench().serve(container, "own", 53);
        assertThat(bench().in(container, () -> NetworkPeer.askTcp(LOOPBACK, 53)))
                .isEqualTo("own 127.0.0.1");
    }

    @Test
    default void b6WithTenThousandPublishedAllAreReached() {
        List<Binding> many = new ArrayList<>();
        for (int port = 10_000; port < 20_000; port++) {
            many.add(tcp(ANY, port, 3, 80, 1));
        }
        bench().container(3, 80);
        bench().container(2, 80);
        bench().publish(publication(3, many.toArray(Binding[]::new)));
        bench().publish(publication(2, tcp(ANY, 8080, 2, 80, 1)));
        assertThat(bench().fromLan(8080)).startsWith("c2:80 ");
        assertThat(bench().fromLan(10_000)).startsWith("c3:80 ");
        assertThat(bench().fromLan(19_999)).startsWith("c3:80 ");
    }
}
