package io.felucca.linux.kernel.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.files.Fd;
import io.felucca.linux.net.NetworkChange.AddAddress;
import io.felucca.linux.net.NetworkChange.AddBridge;
import io.felucca.linux.net.NetworkChange.AddPort;
import io.felucca.linux.net.NetworkChange.AddVeth;
import io.felucca.linux.net.NetworkChange.Configure;
import io.felucca.linux.net.NetworkChange.RemoveAddress;
import io.felucca.linux.net.NetworkChange.RemoveDefaultRoute;
import io.felucca.linux.net.NetworkChange.RemoveDevice;
import io.felucca.linux.net.NetworkChange.RetirePort;
import io.felucca.linux.net.NetworkChange.SetDefaultRoute;
import io.felucca.linux.net.NetworkChange.SetNeighbour;
import io.felucca.linux.net.Rtnetlink.Connection;
import io.felucca.linux.net.Rtnetlink.Device;
import io.felucca.linux.net.Rtnetlink.Route;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Needs root: on devices in namespaces of the test. */
@Tag("root")
class KernelRtnetlinkTest {

    private static final String BRIDGE_MAC = "02:42:00:00:00:01";

    private final KernelNamespaces namespaces = new KernelNamespaces();
    private final Fd host = namespaces.create();
    private final Fd container = namespaces.create();
    private final Connection onHost = new KernelRtnetlink().open(namespaces.file(host));
    private final Connection inContainer = new KernelRtnetlink().open(namespaces.file(container));

    @BeforeEach
    void makeBridge() {
        onHost.apply(new AddBridge("br0", BRIDGE_MAC), Configure.up("br0"));
    }

    @AfterEach
    void close() {
        onHost.close();
        inContainer.close();
        host.close();
        container.close();
    }

    private void addVeth() {
        onHost.apply(
                new AddVeth("veth0", "br0", 1400, container, "eth0", "02:42:0a:00:00:02"),
                new Configure("veth0", Optional.of("engine endpoint"), Optional.empty(), true, true, false, true));
    }

    @Test
    void aNamespaceHasOnlyItsLoopbackUp() throws Exception {
        assertThat(inContainer.find("lo").orElseThrow().up()).isTrue();
        assertThat(inContainer.routes()).isEmpty();
        Path own = Path.of("/proc/self/ns/net");
        assertThat(Files.readSymbolicLink(namespaces.file(container)))
                .isNotEqualTo(Files.readSymbolicLink(own))
                .isEqualTo(namespaces.call(
                        namespaces.file(container), () -> Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"))));
    }

    @Test
    @DisplayName(
            "issue 11: a bridge that is removed leaves its ports, which another may have, and is told of without them")
    void aBridgeThatGoesIsToldOf() {
        KernelRtnetlink rtnetlink = new KernelRtnetlink();
        addVeth();
        try (Fd watch = namespaces.call(namespaces.file(host), rtnetlink::watchRemovals)) {
            assertThat(rtnetlink.removed(watch)).contains(Set.of());

            onHost.apply(new RemoveDevice("br0"));
            assertThat(rtnetlink.removed(watch)).contains(Set.of("br0"));
            assertThat(onHost.find("veth0").orElseThrow().master()).isZero();

            onHost.apply(new AddBridge("br1", BRIDGE_MAC));
            int index = onHost.find("br1").orElseThrow().index();
            onHost.apply(new AddPort("veth0", index));
            assertThat(onHost.find("veth0").orElseThrow().master()).isEqualTo(index);
            assertThat(onHost.find("veth0").orElseThrow().up()).isTrue();

            onHost.apply(new RemoveDevice("veth0"));
            assertThat(rtnetlink.removed(watch)).contains(Set.of());
            assertThatThrownBy(() -> onHost.apply(new AddPort("veth0", index)))
                    .extracting(e -> ((FeluccaException) e).kind())
                    .isEqualTo(Kind.NOT_FOUND);
        }
    }

    @Test
    void aVethConnectsABridgeWithAnotherNamespace() throws Exception {
        addVeth();

        Device bridge = onHost.find("br0").orElseThrow();
        Device veth = onHost.find("veth0").orElseThrow();
        Device peer = inContainer.find("eth0").orElseThrow();
        assertThat(bridge.kind()).isEqualTo("bridge");
        assertThat(bridge.mac()).isEqualTo(BRIDGE_MAC);
        assertThat(veth.master()).isEqualTo(bridge.index());
        assertThat(veth.alias()).isEqualTo("engine endpoint");
        assertThat(veth.mtu()).isEqualTo(1400);
        assertThat(veth.peer()).isEqualTo(peer.index());
        assertThat(peer.mac()).isEqualTo("02:42:0a:00:00:02");
        assertThat(peer.mtu()).isEqualTo(1400);
        assertThat(peer.up()).isFalse();
        assertThat(onHost.devices()).extracting(Device::name).contains("lo", "br0", "veth0");
    }

    @Test
    void addressesAndRoutesAreSetOnceHoweverOftenAsked() throws Exception {
        addVeth();
        Device peer = inContainer.find("eth0").orElseThrow();
        InetAddress ipv4 = InetAddress.getByName("10.0.0.2");
        InetAddress ipv6 = InetAddress.getByName("fd00::2");
        InetAddress gateway = InetAddress.getByName("10.0.0.1");
        for (int i = 0; i < 2; i++) {
            inContainer.apply(
                    Configure.up("eth0"),
                    new AddAddress(peer.index(), ipv4, 24),
                    new AddAddress(peer.index(), ipv6, 64),
                    new SetDefaultRoute(peer.index(), gateway),
                    new SetDefaultRoute(peer.index(), InetAddress.getByName("fd00::1")));
        }
        assertThat(inContainer.addresses())
                .filteredOn(address ->
                        address.device() == peer.index() && !address.address().isLinkLocalAddress())
                .extracting(address -> address.address() + "/" + address.prefixLength())
                .containsExactlyInAnyOrder("/10.0.0.2/24", "/fd00:0:0:0:0:0:0:2/64");
        assertThat(inContainer.routes())
                .contains(new Route(InetAddress.getByName("0.0.0.0"), 0, Optional.of(gateway), peer.index()));

        inContainer.apply(new RemoveDefaultRoute(peer.index(), gateway), new RemoveAddress(peer.index(), ipv4, 24));

        assertThat(inContainer.routes())
                .extracting(Route::destination)
                .doesNotContain(InetAddress.getByName("0.0.0.0"));
        assertThat(inContainer.addresses())
                .extracting(address -> address.address())
                .doesNotContain(ipv4);
    }

    @Test
    void toAPortThatIsRetiredNothingIsSent() throws Exception {
        addVeth();
        Device bridge = onHost.find("br0").orElseThrow();
        Device peer = inContainer.find("eth0").orElseThrow();
        InetAddress there = InetAddress.getByName("10.0.0.2");
        onHost.apply(
                new AddAddress(bridge.index(), InetAddress.getByName("10.0.0.1"), 24),
                new SetNeighbour(bridge.index(), there, peer.mac()));
        inContainer.apply(Configure.up("eth0"), new AddAddress(peer.index(), there, 24));
        InetSocketAddress closedPort = new InetSocketAddress(there, 9);
        // The first one may go before the bridge's port forwards.
        await().untilAsserted(() ->
                assertThatThrownBy(() -> connectFromHost(closedPort)).isInstanceOf(java.net.ConnectException.class));

        onHost.apply(new RetirePort("veth0"));

        assertThatThrownBy(() -> connectFromHost(closedPort)).isInstanceOf(java.net.SocketTimeoutException.class);
    }

    private void connectFromHost(InetSocketAddress address) throws Exception {
        try (Socket socket = namespaces.call(namespaces.file(host), () -> new Socket(java.net.Proxy.NO_PROXY))) {
            // The JDK makes the descriptor at bind.
            namespaces.call(namespaces.file(host), () -> {
                socket.bind(new InetSocketAddress(0));
                return socket;
            });
            socket.connect(address, 300);
        }
    }

    @Test
    void removalTakesBothEndsOfAVeth() {
        addVeth();
        onHost.apply(new RemoveDevice("veth0"));
        assertThat(onHost.find("veth0")).isEmpty();
        assertThat(inContainer.find("eth0")).isEmpty();
    }

    @Test
    void whatIsThereAlreadyIsAConflictAndWhatIsNotIsNotFound() {
        assertThatThrownBy(() -> onHost.apply(new AddBridge("br0", BRIDGE_MAC)))
                .hasMessage("rtnetlink AddBridge[name=br0, mac=02:42:00:00:00:01]: EEXIST (File exists)")
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(Kind.CONFLICT);
        assertThatThrownBy(() -> onHost.apply(new RemoveDevice("br1")))
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(Kind.NOT_FOUND);
        assertThatThrownBy(() -> namespaces.call(Path.of("/proc/0/ns/net"), () -> 1))
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void theKernelsWordsAreInTheMessage() {
        assertThatThrownBy(() -> onHost.apply(new SetDefaultRoute(
                        onHost.find("br0").orElseThrow().index(), InetAddress.getByName("10.9.9.9"))))
                .hasMessageContaining("Nexthop has invalid gateway");
    }
}
