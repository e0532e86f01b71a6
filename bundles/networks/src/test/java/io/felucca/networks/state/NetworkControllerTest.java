package io.felucca.networks.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.engine.Drivers;
import io.felucca.events.Events;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Network;
import io.felucca.networks.Sandbox.Endpoint;
import io.felucca.networks.Sandboxes.Member;
import io.felucca.networks.address.DefaultPools;
import io.felucca.networks.address.Ipam;
import io.felucca.networks.record.NetworkRecord;
import io.felucca.networks.record.NetworkStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on the host of networks that records tell of. */
class NetworkControllerTest {

    private static final String BRIDGE = "b".repeat(64);
    private static final String USERS = "c".repeat(64);
    private static final String GOING = "d".repeat(64);
    private static final String NAMESPACE = "netns";
    private static final Member MEMBER = member("a".repeat(64));
    private static final Member OTHER = member("9".repeat(64));

    @TempDir
    Path folder;

    private final HostBridges host = new HostBridges();
    private NetworkController controller;
    private Endpoints places;

    @BeforeEach
    void networksOfAnEngineBefore() {
        NetworkStore store = new NetworkStore(folder.resolve("networks"));
        Ipam ipam = new Ipam(DefaultPools.of(List.of(), "0123456789ab"), List::of);
        controller = new NetworkController(store, ipam, host, new NetworkEvents(new NoEvents()));
        places = new Endpoints(controller);
        add(ipam, record(BRIDGE, "bridge", "10.1.0.0/24", false));
        add(ipam, record(USERS, "users", "10.2.0.0/24", false));
        add(ipam, record(GOING, "going", "10.3.0.0/24", true));
    }

    private void add(Ipam ipam, NetworkRecord record) {
        Ipam.Settled settled = ipam.open(record.id(), record.ipam().pools(), false);
        controller.table().takeName(record.name(), record.id());
        controller.table().add(new NetworkState(record, settled.gateways()));
    }

    private static NetworkRecord record(String id, String name, String subnet, boolean removing) {
        Network.Ipam pools = new Network.Ipam("default", null, List.of(new Network.Pool(subnet, "", "", Map.of())));
        return new NetworkRecord(
                id,
                name,
                "2024-01-01T00:00:00Z",
                "bridge",
                false,
                pools,
                false,
                false,
                Map.of(),
                Map.of(),
                Set.of(),
                removing);
    }

    private static Member member(String containerId) {
        return new Member(containerId, "web", "web", "bridge", Map.of(), Map.of(), false, Set.of(), List.of());
    }

    private static Endpoint endpoint(String network) {
        return new Endpoint(
                "net", network, "e".repeat(64), "eth0", "veth", "", "10.1.0.5/24", "", "", "", true, EndpointSpec.NONE);
    }

    private void adopt() {
        adopt(MEMBER);
    }

    private void adopt(Member member) {
        places.adopt(member, endpoint(BRIDGE), List.of());
    }

    private void join() {
        places.join(MEMBER, endpoint(BRIDGE), List.of(), Path.of(NAMESPACE));
    }

    @Test
    @DisplayName("S138: what records say of a network is no sign of it on the host: it is made for who joins")
    void anAdoptedNetworkIsMadeForWhoJoins() {
        adopt();
        join();
        assertThat(host.there).containsExactly(BRIDGE);
        assertThat(host.joined).containsExactly(BRIDGE);
    }

    @Test
    @DisplayName("S138: at a start of the engine networks that were in use and all of users are put back, others not")
    void whatIsPutBack() {
        assertThat(controller.ensureAgain()).isTrue();
        assertThat(host.there).containsExactly(USERS);

        adopt();
        assertThat(controller.ensureAgain()).isTrue();
        assertThat(host.there).containsExactlyInAnyOrder(BRIDGE, USERS);
    }

    @Test
    @DisplayName("B5 A network whose driver has not come yet waits for it: at a start bundles come in any order")
    void aNetworkWaitsForItsDriver() {
        host.away = true;
        assertThat(controller.ensureAgain()).isFalse();
        assertThat(host.ensured).isZero();

        host.away = false;
        assertThat(controller.ensureAgain()).isTrue();
        assertThat(host.there).containsExactly(USERS);
    }

    @Test
    @DisplayName("S138: a network that somebody took from the host under a running engine is made again for who joins")
    void oneThatWasTakenIsMadeAgain() {
        join();
        host.there.clear();
        join();
        assertThat(host.there).containsExactly(BRIDGE);
        assertThat(host.joined).containsExactly(BRIDGE, BRIDGE);
    }

    @Test
    @DisplayName(
            "issue 11: who has joined is in the network again once it is back on the host, and nobody who has left")
    void whoHasJoinedIsPutBack() {
        adopt();
        controller.ensureAgain();
        assertThat(host.rejoined).containsExactly("a".repeat(64));

        assertThat(controller.use(Set.of("veth"))).isTrue();
        assertThat(controller.use(Set.of("felucca0"))).isFalse();
        join();
        assertThat(controller.use(Set.of("other", "felucca0"))).isTrue();
        assertThat(controller.use(Set.of("other", ""))).isFalse();

        places.leave(MEMBER, endpoint(BRIDGE), true);
        host.rejoined.clear();
        controller.ensureAgain();
        assertThat(host.rejoined).isEmpty();
    }

    @Test
    @DisplayName("B5 Containers that come back while the networks stay keep their addresses")
    void whoComesBackKeepsItsAddress() {
        adopt();
        adopt();

        places.leave(MEMBER, endpoint(BRIDGE), true);
        adopt(OTHER);
    }

    @Test
    @DisplayName("An address that one container has is adopted for no other")
    void anAddressIsAdoptedOnce() {
        adopt();
        assertThatThrownBy(() -> adopt(OTHER))
                .isInstanceOf(FeluccaException.class)
                .hasMessage("Address already in use");
    }

    @Test
    @DisplayName("A join that fails although its network was made again fails as it did")
    void aJoinFailsOnce() {
        host.losesAll = true;
        assertThatThrownBy(this::join).isInstanceOf(FeluccaException.class).hasMessage("there is no bridge");
        assertThat(host.ensured).isEqualTo(2);
    }

    /** The driver's side of a host that loses bridges. */
    private static final class HostBridges implements Drivers, NetworkDriver {

        final Set<String> there = new HashSet<>();
        final List<String> joined = new ArrayList<>();
        final List<String> rejoined = new ArrayList<>();
        boolean losesAll;
        boolean away;
        int ensured;

        @Override
        public NamespaceMode namespaceMode() {
            return NamespaceMode.PRIVATE;
        }

        @Override
        public void ensure(Segment segment, List<Opening> openings) {
            ensured++;
            if (!losesAll) {
                there.add(segment.id());
            }
        }

        @Override
        public void rejoin(Segment segment, List<NetworkDriver.Endpoint> endpoints) {
            endpoints.forEach(endpoint -> rejoined.add(endpoint.containerId()));
        }

        @Override
        public void leave(Segment segment, NetworkDriver.Endpoint endpoint, boolean ended) {}

        @Override
        public Attachment join(Segment segment, NetworkDriver.Endpoint endpoint, Path namespace) {
            if (!there.contains(segment.id())) {
                throw FeluccaException.notFound("there is no bridge");
            }
            joined.add(segment.id());
            return new Attachment("felucca0", "");
        }

        @Override
        public <D> Lease<D> lease(Class<D> kind, String name) {
            return new Lease<>() {
                @Override
                public D driver() {
                    return kind.cast(HostBridges.this);
                }

                @Override
                public boolean lost() {
                    return false;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public List<String> names(Class<?> kind) {
            return away ? List.of() : List.of("bridge");
        }

        @Override
        public Watch watch(Class<?> kind, Runnable came) {
            return () -> {};
        }
    }

    private static final class NoEvents implements Events {

        @Override
        public void tell(String type, String action, String id, Map<String, String> attributes) {}

        @Override
        public void follow(Query query, Sink sink) {}

        @Override
        public int followers() {
            return 0;
        }
    }
}
