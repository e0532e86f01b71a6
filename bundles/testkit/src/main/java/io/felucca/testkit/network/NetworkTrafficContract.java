package io.felucca.testkit.network;

import static io.felucca.testkit.network.SegmentBench.PORT;
import static io.felucca.testkit.network.SegmentBench.UNREACHABLE;
import static io.felucca.testkit.network.SegmentBench.address;
import static io.felucca.testkit.network.SegmentBench.endpoint;
import static io.felucca.testkit.network.SegmentBench.segment;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.NetworkDriver.Endpoint;
import io.felucca.network.spi.NetworkDriver.Segment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who reaches whom: containers, the host, and the world. */
interface NetworkTrafficContract {

    SegmentBench bench();

    @Test
    default void containersOfASegmentReachEachOtherAndTheHost() {
        Segment segment = segment(1, false);
        bench().ensure(segment);
        Path one = bench().container(segment, 2);
        Path two = bench().container(segment, 3);

        assertThat(bench().ask(one, segment, 3)).isEqualTo("c3 10.1.0.2");
        assertThat(bench().ask(two, segment, 2)).isEqualTo("c2 10.1.0.3");
        bench().serve(bench().host(), "host", 81);
        assertThat(bench().in(one, () -> NetworkPeer.askUdp(Cidr.parseAddress("10.1.0.1"), 81)))
                .isEqualTo("host 10.1.0.2");
        assertThat(bench().ask(bench().host(), segment, 2)).isEqualTo("c2 10.1.0.1");
    }

    @Test
    default void aSegmentOfBothFamiliesCarriesBothAtOnce() {
        Segment segment = segment(1, false, "10.1.0.1/16", "fd00:1::1/64");
        bench().ensure(segment);
        Path server = bench().newNamespace();
        Endpoint one = dual(segment, 2);
        bench().join(segment, one, server);
        bench().serve(server, "c2", PORT);
        Path client = bench().newNamespace();
        bench().join(segment, dual(segment, 3), client);

        assertThat(bench().ask(client, Cidr.parseAddress("fd00:1::2"))).isEqualTo("c2 fd00:1:0:0:0:0:0:3");
        assertThat(bench().ask(client, address(segment, 2))).isEqualTo("c2 10.1.0.3");
        assertThat(bench().devices(client).routes())
                .filteredOn(route -> route.prefixLength() == 0)
                .hasSize(2);
    }

    private static Endpoint dual(Segment segment, int number) {
        Endpoint ipv4 = endpoint(segment, number);
        return new Endpoint(
                ipv4.id(),
                ipv4.containerId(),
                ipv4.interfaceName(),
                ipv4.mac(),
                List.of(ipv4.addresses().get(0), Cidr.parse("fd00:1::" + number + "/64")),
                List.of(ipv4.gateways().get(0), Cidr.parseAddress("fd00:1::1")));
    }

    @Test
    default void containersReachTheWorldWithTheHostsAddress() {
        Segment segment = segment(1, false);
        bench().ensure(segment);
        Path container = bench().container(segment, 2);
        var lan = bench().newLanHost();
        bench().serve(lan.namespace(), "lan", PORT);

        assertThat(bench().ask(container, lan.ipv4())).isEqualTo("lan 192.0.2.1");
        assertThat(bench().in(container, () -> NetworkPeer.askUdp(lan.ipv4(), PORT)))
                .isEqualTo("lan 192.0.2.1");
    }

    @Test
    default void nobodyOutsideReachesAContainerThatPublishesNothing() {
        Segment segment = segment(1, false);
        bench().ensure(segment);
        bench().container(segment, 2);
        var lan = bench().newLanHost();
        assertThat(bench().ask(lan.namespace(), segment, 2)).containsPattern(UNREACHABLE);
    }

    @Test
    default void segmentsAreApart() {
        Segment one = segment(1, false);
        Segment two = segment(2, false);
        bench().ensure(one);
        bench().ensure(two);
        Path inOne = bench().container(one, 2);
        Path inTwo = bench().container(two, 3);

        assertThat(bench().ask(inOne, two, 3)).containsPattern(UNREACHABLE);
        assertThat(bench().ask(inTwo, one, 2)).containsPattern(UNREACHABLE);
    }

    @Test
    default void anInternalSegmentReachesNothingOutside() {
        Segment segment = segment(1, true);
        bench().ensure(segment);
        Path one = bench().container(segment, 2);
        bench().container(segment, 3);
        var lan = bench().newLanHost();
        bench().serve(lan.namespace(), "lan", PORT);

        assertThat(bench().ask(one, segment, 3)).isEqualTo("c3 10.1.0.2");
        assertThat(bench().ask(one, lan.ipv4())).containsPattern(UNREACHABLE);
        // Not even by a route that somebody in the container sets.
        bench().onHost(driver -> driver.route(segment, endpoint(segment(1, false), 2), one));
        assertThat(bench().ask(one, lan.ipv4())).containsPattern(UNREACHABLE);
    }

    @Test
    default void theHostForwardsAfterwards() {
        bench().inHost(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "0"));
        bench().ensure(segment(1, false));
        assertThat(bench().inHost(() -> Files.readString(Path.of("/proc/sys/net/ipv4/ip_forward"))))
                .isEqualToIgnoringWhitespace("1");
        assertThat(bench().inHost(bench().driver()::warnings)).isEmpty();
    }
}
