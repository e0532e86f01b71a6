package io.felucca.networks.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.LinkDriver;
import io.felucca.network.spi.NetworkDriver.Opening;
import io.felucca.network.spi.Protocol;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Sandbox.Endpoint;
import io.felucca.networks.Sandbox.Link;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NetworkStateTest {

    private static final Opening IPV4 = opening("10.0.0.3", "10.0.0.2");
    private static final Opening IPV6 = opening("fd00::3", "fd00::2");

    private final NetworkState network = new NetworkState(null, List.of());

    @BeforeEach
    void linkWebToDb() {
        enter("db", "10.0.0.2/16", "fd00::2/64");
        enter("web", "10.0.0.3/16", "fd00::3/64");
        network.links("web", List.of(link("db", IPV4, IPV6)));
    }

    private static Opening opening(String from, String to) {
        return new Opening(Cidr.parseAddress(from), Cidr.parseAddress(to), Protocol.TCP, 5432);
    }

    private static Link link(String source, Opening... openings) {
        return new Link(source, source, new LinkDriver.Link(List.of(), List.of(), List.of(openings)));
    }

    private void enter(String container, String ipv4, String ipv6) {
        Endpoint endpoint =
                new Endpoint("bridge", "b", "e", "eth0", "veth", "", ipv4, ipv6, "", "", true, EndpointSpec.NONE);
        network.places.put(container, new NetworkState.Place(container, container, "", endpoint));
    }

    @Test
    @DisplayName("S153: a link is open while both its ends have the addresses that it names")
    void aLinkIsOpenBetweenItsEnds() {
        assertThat(network.openings()).containsExactlyInAnyOrder(IPV4, IPV6);
        assertThat(network.openings("web")).containsExactlyInAnyOrder(IPV4, IPV6);
        assertThat(network.openings("db")).containsExactlyInAnyOrder(IPV4, IPV6);
        assertThat(network.openings("other")).isEmpty();
    }

    @Test
    @DisplayName("S153: who gets an end's address after it gets no way with it")
    void anAddressBringsNoWay() {
        network.places.remove("db");
        enter("other", "10.0.0.2/16", "fd00::2/64");
        assertThat(network.openings()).isEmpty();
        enter("db", "10.0.0.4/16", "fd00::4/64");
        assertThat(network.openings()).isEmpty();
    }

    @Test
    @DisplayName("S153: two links that open the same are open until both are gone")
    void whatTwoLinksOpenIsOpenOnce() {
        List<Link> two = List.of(link("db", IPV4), link("db", IPV4));
        assertThat(network.openedBy("web", two)).containsExactly(IPV4);
        assertThat(network.openedBy("web", two.subList(1, 2))).containsExactly(IPV4);
        network.links("web", List.of());
        assertThat(network.openings()).isEmpty();
    }
}
