package io.felucca.networks.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.network.spi.Cidr;
import io.felucca.networks.Network.Pool;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class IpamTest {

    private static final String ENGINE = "0123456789ab";

    private final Ipam ipam = new Ipam(DefaultPools.of(List.of(), ENGINE), List::of);

    private static Pool pool(String subnet, String range, String gateway) {
        return new Pool(subnet, range, gateway, Map.of());
    }

    private Ipam.Settled open(String id, Pool... pools) {
        return ipam.open(id, List.of(pools), false);
    }

    private String take(String id) {
        return ipam.take(id, false, id).orElseThrow().toString();
    }

    @Test
    void theFirstPoolIsDockersAndTheFirstAddressTheGateways() {
        Ipam.Settled settled = open("a");

        assertThat(settled.pools()).containsExactly(pool("172.17.0.0/16", "", "172.17.0.1"));
        assertThat(settled.gateways()).hasToString("[172.17.0.1/16]");
        assertThat(take("a")).isEqualTo("172.17.0.2/16");
        assertThat(open("b").pools().get(0).subnet()).isEqualTo("172.18.0.0/16");
    }

    @Test
    void whatWasNotAskedForIsKnown() {
        assertThat(open("a").chosen()).containsExactly("172.17.0.0/16");
        assertThat(open("b", pool("10.1.0.0/24", "", "")).chosen()).isEmpty();
        assertThat(ipam.open("c", List.of(pool("fd00:65::/64", "", "")), true).chosen())
                .containsExactly("172.18.0.0/16");
    }

    @Test
    void poolsThatTheHostReachesOtherwiseAreLeftAlone() {
        Ipam beside = new Ipam(
                DefaultPools.of(List.of(), ENGINE),
                () -> List.of(Cidr.parse("172.17.4.0/24"), Cidr.parse("172.16.0.0/12"), Cidr.parse("192.168.0.9/32")));

        assertThat(beside.open("a", List.of(), false).pools().get(0).subnet()).isEqualTo("192.168.16.0/20");
    }

    @Test
    void theLowestFreeAddressIsGivenSoThatWhoRestartsAloneKeepsItsOwn() {
        open("a", pool("10.1.0.0/24", "", ""));
        take("a");
        String second = take("a");
        take("a");

        ipam.free("a", Cidr.parse(second).address());

        assertThat(take("a")).isEqualTo(second);
        assertThat(take("a")).isEqualTo("10.1.0.5/24");
    }

    @Test
    void aRangeIsWhereAddressesComeFromAndAuxiliaryOnesAreNobodys() {
        Ipam.Settled settled =
                open("a", new Pool("10.9.0.0/24", "10.9.0.128/25", "", Map.of("x", "10.9.0.129", "y", "10.9.0.5")));

        assertThat(settled.gateways()).hasToString("[10.9.0.128/24]");
        assertThat(take("a")).isEqualTo("10.9.0.130/24");
        assertThat(ipam.take("a", Cidr.parseAddress("10.9.0.7"))).hasToString("10.9.0.7/24");
        assertThatThrownBy(() -> ipam.take("a", Cidr.parseAddress("10.9.0.5"))).hasMessage("Address already in use");
    }

    @Test
    void whatCannotBeIsToldInDockersWords() {
        open("a", pool("10.1.0.0/24", "", ""));

        assertThatThrownBy(() -> open("b", pool("10.1.0.128/25", "", "")))
                .hasMessage("Pool overlaps with other one on this address space")
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(FeluccaException.Kind.FORBIDDEN);
        assertThatThrownBy(() -> open("b", pool("10.9.0.0/99", "", "")))
                .hasMessage("Invalid subnet 10.9.0.0/99 : invalid CIDR address: 10.9.0.0/99");
        assertThatThrownBy(() -> open("b", pool("10.9.0.0/24", "", "10.8.0.1")))
                .hasMessage("failed to allocate gateway (10.8.0.1): Requested address is out of range");
        assertThatThrownBy(() -> ipam.take("a", Cidr.parseAddress("10.2.0.1")))
                .hasMessage("Invalid address 10.2.0.1: It does not belong to any of this network's subnets");
        assertThatThrownBy(() -> ipam.take("a", Cidr.parseAddress("10.1.0.255")))
                .hasMessage("Address already in use");
        assertThatThrownBy(() -> open("b", new Pool("10.9.0.0/24", "", "", Map.of("x", "10.9.0.1"))))
                .hasMessage("failed to allocate secondary ip address (x:10.9.0.1): Address already in use");
    }

    @Test
    void anExhaustedPoolSaysSo() {
        open("a", pool("10.1.0.0/30", "", ""));
        take("a");

        assertThatThrownBy(() -> take("a"))
                .hasMessage("no available IPv4 addresses on this network's address pools: a (a)");
    }

    @Test
    void whenNoDefaultPoolIsLeftCreateFails() {
        Ipam small = new Ipam(DefaultPools.of(List.of("base=10.0.0.0/23,size=24"), ENGINE), List::of);
        small.open("a", List.of(), false);
        small.open("b", List.of(), false);

        assertThatThrownBy(() -> small.open("c", List.of(), false))
                .hasMessage("could not find an available, non-overlapping IPv4 address pool among the defaults"
                        + " to assign to the network");
        small.close("a");
        assertThat(small.open("c", List.of(), false).pools().get(0).subnet()).isEqualTo("10.0.0.0/24");
    }

    @Test
    void ipv6AddressesComeFromTheirOwnPool() {
        ipam.open("a", List.of(pool("10.1.0.0/24", "", ""), pool("fd00:9::/64", "", "")), true);

        assertThat(Cidr.text(ipam.take("a", true, "a").orElseThrow().address())).isEqualTo("fd00:9::2");
        assertThat(take("a")).isEqualTo("10.1.0.2/24");
    }

    @Test
    void withoutASubnetAskedForAnIpv6NetworkHasOneOfTheEnginesOwnPrefix() {
        Ipam.Settled settled = ipam.open("a", List.of(pool("10.1.0.0/24", "", "")), true);

        assertThat(settled.pools())
                .containsExactly(pool("10.1.0.0/24", "", ""), pool("fd01:2345:6789::/64", "", "fd01:2345:6789::1"));
        assertThat(ipam.open("b", List.of(), true).pools().get(1).subnet()).isEqualTo("fd01:2345:6789:1::/64");
    }

    @Test
    void poolsOfOneFamilyLeaveTheOtherItsDefaults() {
        Ipam other = new Ipam(DefaultPools.of(List.of("base=2001:db8::/48,size=56"), ENGINE), List::of);

        assertThat(other.open("a", List.of(), true).pools())
                .extracting(Pool::subnet)
                .containsExactly("172.17.0.0/16", "2001:db8::/56");
    }

    @Test
    void noAddressIsGivenTwiceToManyAtOnce() throws InterruptedException {
        open("a", pool("10.1.0.0/16", "", ""));
        Set<InetAddress> given = ConcurrentHashMap.newKeySet();
        Set<Thread> threads = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                for (int j = 0; j < 500; j++) {
                    InetAddress address =
                            ipam.take("a", false, "a").orElseThrow().address();
                    assertThat(given.add(address)).isTrue();
                    if (j % 3 == 0 && given.remove(address)) {
                        ipam.free("a", address);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(given).hasSize(8 * 333);
    }
}
