package io.felucca.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.engine.EngineRoot;
import io.felucca.linux.net.Rtnetlink.Address;
import io.felucca.linux.net.Rtnetlink.Device;
import io.felucca.linux.net.Rtnetlink.Route;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.network.spi.NetworkDriver.Attachment;
import io.felucca.network.spi.NetworkDriver.Endpoint;
import io.felucca.network.spi.NetworkDriver.Segment;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a network driver with segments must do, as tests on a machine of namespaces. A driver's test is this class and
 * {@link #driver}. Needs root.
 */
public abstract class NetworkDriverContract {

    private static final int PORT = 80;
    private static final String UNREACHABLE = "SocketTimeoutException|NoRouteToHostException|unreachable";

    protected NetworkBench bench;
    protected NetworkDriver driver;

    /** A new driver object of an engine; all its calls are made in the bench's host. */
    protected abstract NetworkDriver driver(EngineRoot engine);

    @BeforeEach
    void openBench() {
        bench = new NetworkBench();
        driver = driver(NetworkBench.engine("0123456789ab"));
    }

    @AfterEach
    void closeBench() {
        bench.close();
    }

    /** A segment of the subnet 10.N.0.0/16. */
    protected static Segment segment(int number, boolean internal, String... gateways) {
        List<Cidr> addresses = gateways.length == 0
                ? List.of(Cidr.parse("10." + number + ".0.1/16"))
                : List.of(gateways).stream().map(Cidr::parse).toList();
        return new Segment(("" + number).repeat(64), "net" + number, internal, addresses, Map.of());
    }

    /** The endpoint 10.N.0.M, with a default route unless the segment is internal. */
    protected static Endpoint endpoint(Segment segment, int number) {
        InetAddress gateway = segment.gateways().get(0).address();
        byte[] address = gateway.getAddress();
        address[3] = (byte) number;
        return new Endpoint(
                String.format("%02x", number).repeat(6) + segment.id().substring(0, 52),
                ("c" + number).repeat(32).substring(0, 64),
                "eth0",
                "02:42:0a:" + segment.id().substring(0, 1) + "0:00:" + String.format("%02x", number),
                List.of(cidr(address, segment.gateways().get(0).prefixLength())),
                segment.internal() ? List.of() : List.of(gateway));
    }

    private static Cidr cidr(byte[] address, int length) {
        return Cidr.parse((address[0] & 0xff) + "." + (address[1] & 0xff) + "." + (address[2] & 0xff) + "."
                + (address[3] & 0xff) + "/" + length);
    }

    protected void ensure(Segment segment) {
        bench.inHost(() -> {
            driver.ensure(segment, List.of());
            return null;
        });
    }

    protected Attachment join(Segment segment, Endpoint endpoint, Path namespace) {
        return bench.inHost(() -> driver.join(segment, endpoint, namespace));
    }

    /** A container in a segment that serves its name {@code cM}. */
    protected Path container(Segment segment, int number) {
        Path namespace = bench.newNamespace();
        join(segment, endpoint(segment, number), namespace);
        bench.serve(namespace, "c" + number, PORT);
        return namespace;
    }

    protected static InetAddress address(Segment segment, int number) {
        return endpoint(segment, number).addresses().get(0).address();
    }

    protected String ask(Path from, InetAddress to) {
        return bench.in(from, () -> NetworkPeer.askTcp(to, PORT));
    }

    private String ask(Path from, Segment segment, int number) {
        return ask(from, address(segment, number));
    }

    @Test
    void itConnectsContainersAndCanWorkHere() {
        assertThat(driver.hasSegments()).isTrue();
        assertThat(bench.inHost(driver::probe)).isEmpty();
    }

    @Test
    void containersOfASegmentReachEachOtherAndTheHost() {
        Segment segment = segment(1, false);
        ensure(segment);
        Path one = container(segment, 2);
        Path two = container(segment, 3);

        assertThat(ask(one, segment, 3)).isEqualTo("c3 10.1.0.2");
        assertThat(ask(two, segment, 2)).isEqualTo("c2 10.1.0.3");
        bench.serve(bench.host(), "host", 81);
        assertThat(bench.in(one, () -> NetworkPeer.askUdp(Cidr.parseAddress("10.1.0.1"), 81)))
                .isEqualTo("host 10.1.0.2");
        assertThat(ask(bench.host(), segment, 2)).isEqualTo("c2 10.1.0.1");
    }

    @Test
    void theInterfaceIsAsTheEndpointSays() {
        Segment segment = segment(1, false);
        ensure(segment);
        Path namespace = bench.newNamespace();
        Attachment made = join(segment, endpoint(segment, 2), namespace);

        var inside = bench.devices(namespace);
        Device device = inside.find("eth0").orElseThrow();
        assertThat(device.mac()).isEqualTo(made.mac()).isEqualTo("02:42:0a:10:00:02");
        assertThat(device.up()).isTrue();
        assertThat(inside.addresses()).contains(new Address(device.index(), address(segment, 2), 16));
        assertThat(inside.routes())
                .filteredOn(route -> route.prefixLength() == 0)
                .singleElement()
                .extracting(route -> route.gateway().orElseThrow().getHostAddress())
                .isEqualTo("10.1.0.1");
        assertThat(bench.devices(bench.host()).find(made.hostDevice())).isPresent();
    }

    @Test
    void t19AnIpv4SegmentHasNoIpv6() {
        Segment segment = segment(1, false);
        ensure(segment);
        Path namespace = container(segment, 2);
        Device device = bench.devices(namespace).find("eth0").orElseThrow();
        assertThat(bench.devices(namespace).addresses())
                .filteredOn(address -> address.device() == device.index())
                .extracting(Address::address)
                .containsExactly(address(segment, 2));
    }

    @Test
    void aSegmentOfBothFamiliesCarriesBothAtOnce() {
        Segment segment = segment(1, false, "10.1.0.1/16", "fd00:1::1/64");
        ensure(segment);
        Path server = bench.newNamespace();
        Endpoint one = dual(segment, 2);
        join(segment, one, server);
        bench.serve(server, "c2", PORT);
        Path client = bench.newNamespace();
        join(segment, dual(segment, 3), client);

        assertThat(ask(client, Cidr.parseAddress("fd00:1::2"))).isEqualTo("c2 fd00:1:0:0:0:0:0:3");
        assertThat(ask(client, address(segment, 2))).isEqualTo("c2 10.1.0.3");
        assertThat(bench.devices(client).routes())
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
    void containersReachTheWorldWithTheHostsAddress() {
        Segment segment = segment(1, false);
        ensure(segment);
        Path container = container(segment, 2);
        var lan = bench.newLanHost();
        bench.serve(lan.namespace(), "lan", PORT);

        assertThat(ask(container, lan.ipv4())).isEqualTo("lan 192.0.2.1");
        assertThat(bench.in(container, () -> NetworkPeer.askUdp(lan.ipv4(), PORT)))
                .isEqualTo("lan 192.0.2.1");
    }

    @Test
    void nobodyOutsideReachesAContainerThatPublishesNothing() {
        Segment segment = segment(1, false);
        ensure(segment);
        container(segment, 2);
        var lan = bench.newLanHost();
        assertThat(ask(lan.namespace(), segment, 2)).containsPattern(UNREACHABLE);
    }

    @Test
    void segmentsAreApart() {
        Segment one = segment(1, false);
        Segment two = segment(2, false);
        ensure(one);
        ensure(two);
        Path inOne = container(one, 2);
        Path inTwo = container(two, 3);

        assertThat(ask(inOne, two, 3)).containsPattern(UNREACHABLE);
        assertThat(ask(inTwo, one, 2)).containsPattern(UNREACHABLE);
    }

    @Test
    void anInternalSegmentReachesNothingOutside() {
        Segment segment = segment(1, true);
        ensure(segment);
        Path one = container(segment, 2);
        container(segment, 3);
        var lan = bench.newLanHost();
        bench.serve(lan.namespace(), "lan", PORT);

        assertThat(ask(one, segment, 3)).isEqualTo("c3 10.1.0.2");
        assertThat(ask(one, lan.ipv4())).containsPattern(UNREACHABLE);
        // Not even by a route that somebody in the container sets.
        bench.inHost(() -> {
            driver.route(segment, endpoint(segment(1, false), 2), one);
            return null;
        });
        assertThat(ask(one, lan.ipv4())).containsPattern(UNREACHABLE);
    }

    @Test
    void defaultRoutesFollowWhatTheEndpointSays() {
        Segment segment = segment(1, false);
        ensure(segment);
        Path namespace = container(segment, 2);
        Endpoint without = endpoint(segment(1, true), 2);
        for (int i = 0; i < 2; i++) {
            bench.inHost(() -> {
                driver.route(segment, without, namespace);
                return null;
            });
            assertThat(bench.devices(namespace).routes())
                    .extracting(Route::prefixLength)
                    .doesNotContain(0);
        }
        bench.inHost(() -> {
            driver.route(segment, endpoint(segment, 2), namespace);
            return null;
        });
        assertThat(bench.devices(namespace).routes())
                .extracting(Route::prefixLength)
                .contains(0);
    }

    @Test
    void aSecondInterfaceHasItsOwnName() {
        Segment one = segment(1, false);
        Segment two = segment(2, false);
        ensure(one);
        ensure(two);
        Path namespace = container(one, 2);
        Endpoint first = endpoint(two, 4);
        join(two, new Endpoint(first.id(), first.containerId(), "eth1", "", first.addresses(), List.of()), namespace);
        container(two, 3);
        assertThat(ask(namespace, two, 3)).isEqualTo("c3 10.2.0.4");
        assertThat(bench.devices(namespace).find("eth1").orElseThrow().mac()).isNotEmpty();
    }

    @Test
    void whoLeavesIsGone() {
        Segment segment = segment(1, false);
        ensure(segment);
        Path namespace = container(segment, 2);
        for (int i = 0; i < 2; i++) {
            bench.inHost(() -> {
                driver.leave(segment, endpoint(segment, 2), false);
                return null;
            });
            assertThat(bench.devices(namespace).find("eth0")).isEmpty();
        }
        join(segment, endpoint(segment, 2), namespace);
        assertThat(ask(bench.host(), segment, 2)).isEqualTo("c2 10.1.0.1");
    }

    @Test
    void theAddressOfAnEndedContainerIsAnothersAtOnce() {
        Segment segment = segment(1, false);
        ensure(segment);
        container(segment, 2);
        Path neighbour = container(segment, 3);
        assertThat(ask(neighbour, segment, 2)).isEqualTo("c2 10.1.0.3");
        bench.inHost(() -> {
            driver.leave(segment, endpoint(segment, 2), true);
            return null;
        });
        // Its namespace is there still, as it is for a while in the kernel.
        Endpoint same = endpoint(segment, 2);
        Path next = bench.newNamespace();
        join(
                segment,
                new Endpoint(
                        "ee".repeat(32), same.containerId(), "eth0", same.mac(), same.addresses(), same.gateways()),
                next);
        bench.serve(next, "next", PORT);
        assertThat(ask(neighbour, segment, 2)).isEqualTo("next 10.1.0.3");
        assertThat(ask(bench.host(), segment, 2)).isEqualTo("next 10.1.0.1");
    }

    @Test
    void afterRemovalNothingIsLeft() {
        List<String> before = deviceNames();
        Segment segment = segment(1, false);
        ensure(segment);
        Path namespace = bench.newNamespace();
        join(segment, endpoint(segment, 2), namespace);
        bench.inHost(() -> {
            driver.leave(segment, endpoint(segment, 2), true);
            return null;
        });
        bench.end(namespace);
        for (int i = 0; i < 2; i++) {
            bench.inHost(() -> {
                driver.remove(segment);
                return null;
            });
        }
        await().until(() -> deviceNames().equals(before));
        assertThat(leftOvers()).isEmpty();
    }

    private List<String> deviceNames() {
        return bench.devices(bench.host()).devices().stream().map(Device::name).toList();
    }

    /** Rules and the like that are left on the bench's host; empty for none. */
    protected String leftOvers() {
        return "";
    }

    @Test
    void anotherDriverObjectGoesOnWhereTheFirstWas() {
        Segment segment = segment(1, false);
        ensure(segment);
        Path one = container(segment, 2);
        driver = driver(NetworkBench.engine("0123456789ab"));
        ensure(segment);
        container(segment, 3);
        assertThat(ask(one, segment, 3)).isEqualTo("c3 10.1.0.2");
        driver = driver(NetworkBench.engine("0123456789ab"));
        bench.inHost(() -> {
            driver.leave(segment, endpoint(segment, 2), false);
            driver.leave(segment, endpoint(segment, 3), false);
            driver.remove(segment);
            return null;
        });
        assertThat(leftOvers()).isEmpty();
    }

    @Test
    void twoEnginesAreApartAndDoNotDisturbEachOther() {
        Segment mine = segment(1, false);
        Segment other = segment(2, false);
        NetworkDriver second = driver(NetworkBench.engine("ba9876543210"));
        ensure(mine);
        bench.inHost(() -> {
            second.ensure(other, List.of());
            return null;
        });
        Path one = container(mine, 2);
        Path two = bench.newNamespace();
        bench.inHost(() -> second.join(other, endpoint(other, 3), two));
        bench.serve(two, "c3", PORT);
        assertThat(ask(one, other, 3)).containsPattern(UNREACHABLE);
        bench.inHost(() -> {
            driver.leave(mine, endpoint(mine, 2), false);
            driver.remove(mine);
            return null;
        });
        assertThat(ask(bench.host(), other, 3)).isEqualTo("c3 10.2.0.1");
        var lan = bench.newLanHost();
        bench.serve(lan.namespace(), "lan", PORT);
        assertThat(ask(two, lan.ipv4())).isEqualTo("lan 192.0.2.1");
    }

    @Test
    void anotherEnginesDeviceIsNotTaken() {
        Segment segment = segment(1, false);
        ensure(segment);
        NetworkDriver second = driver(NetworkBench.engine("ba9876543210"));
        assertThatThrownBy(() -> bench.inHost(() -> {
                    second.ensure(segment, List.of());
                    return null;
                }))
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(Kind.CONFLICT);
    }

    @Test
    void twoHundredContainersJoinOneSegmentAtOnce() throws Exception {
        Segment segment = segment(1, false);
        ensure(segment);
        List<Path> namespaces = java.util.stream.IntStream.range(0, 200)
                .mapToObj(i -> bench.newNamespace())
                .toList();
        List<Thread> threads = new java.util.ArrayList<>();
        List<Throwable> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
        for (int lane = 0; lane < 8; lane++) {
            int first = lane * 25;
            Thread thread = new Thread(() -> {
                for (int i = first; i < first + 25; i++) {
                    join(segment, endpoint(segment, i + 2), namespaces.get(i));
                }
            });
            thread.setUncaughtExceptionHandler((t, e) -> failures.add(e));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        bench.serve(namespaces.get(199), "last", PORT);
        assertThat(ask(namespaces.get(0), segment, 201)).isEqualTo("last 10.1.0.2");
    }

    @Test
    void theHostForwardsAfterwards() {
        bench.inHost(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "0"));
        ensure(segment(1, false));
        assertThat(bench.inHost(() -> Files.readString(Path.of("/proc/sys/net/ipv4/ip_forward"))))
                .isEqualToIgnoringWhitespace("1");
        assertThat(bench.inHost(driver::warnings)).isEmpty();
    }
}
