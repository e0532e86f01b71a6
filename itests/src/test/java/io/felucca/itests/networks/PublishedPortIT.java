package io.felucca.itests.networks;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.network.spi.Cidr;
import io.felucca.testkit.network.NetworkBench;
import io.felucca.testkit.network.NetworkBench.LanHost;
import io.felucca.testkit.network.NetworkPeer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Published ports and who reaches what, on an engine whose host is a network namespace with a local network of its own:
 * nothing of this machine's network is touched.
 */
@Timeout(300)
class PublishedPortIT {

    private static final InetAddress LOOPBACK = Cidr.parseAddress("127.0.0.1");
    private static final NetworkBench bench = new NetworkBench();
    private static final LanHost lan = bench.newLanHost();
    private static final LanHost otherLan = bench.newLanHost();

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox("--bridge", "fl0", "--bip", "10.77.0.1/16")
            .startedBy("nsenter", "--net=" + bench.host());

    @AfterAll
    static void closeBench() {
        bench.close();
    }

    /** A container that serves its name by TCP and UDP, until the returned peer is closed. */
    private static NetworkPeer serve(String name, int port, String... options) throws Exception {
        List<String> words = new java.util.ArrayList<>(List.of("run", "-d", "--name", name));
        words.addAll(List.of(options));
        words.addAll(List.of("busybox", "sleep", "1000"));
        engine.ok(words.toArray(String[]::new));
        return bench.serve(namespace(name), name, port);
    }

    private static Path namespace(String name) {
        return Path.of("/proc", engine.inspect(name).path("State").path("Pid").asText(), "ns/net");
    }

    private static String address(String name) {
        return engine.inspect(name).path("NetworkSettings").path("IPAddress").textValue();
    }

    private static String fromLan(int port) {
        return bench.in(lan.namespace(), () -> NetworkPeer.askTcp(NetworkBench.HOST, port));
    }

    private static String fromHost(InetAddress address, int port) {
        return bench.inHost(() -> NetworkPeer.askTcp(address, port));
    }

    @Test
    @DisplayName(
            "S142 S143 S146 T19: two machines of the local network reach a published port by TCP and UDP, and are seen as they are")
    void S142_lanHostsReachAPublishedPort() throws Exception {
        try (NetworkPeer peer = serve("web", 5000, "-p", "5000:5000", "-p", "5000:5000/udp")) {
            for (LanHost from : List.of(lan, otherLan)) {
                String seen = "web " + from.ipv4().getHostAddress();
                assertThat(bench.in(from.namespace(), () -> NetworkPeer.askTcp(NetworkBench.HOST, 5000)))
                        .isEqualTo(seen);
                assertThat(bench.in(from.namespace(), () -> NetworkPeer.askUdp(NetworkBench.HOST, 5000)))
                        .isEqualTo(seen);
            }
            assertThat(fromHost(LOOPBACK, 5000)).startsWith("web ");
            // The container has no IPv6: a relay brings it.
            assertThat(fromHost(Cidr.parseAddress("::1"), 5000)).startsWith("web ");
            assertThat(bench.in(lan.namespace(), () -> NetworkPeer.askTcp(NetworkBench.HOST_IPV6, 5000)))
                    .startsWith("web ");
            assertThat(engine.ok("ps", "--format", "{{.Ports}}")).contains("0.0.0.0:5000->5000/tcp");
            assertThat(peer).isNotNull();
        }
    }

    /** SCTP without the kernel's own, which few machines load: an INIT chunk by raw sockets (RFC 9260, CRC32c). */
    private static final String SCTP = """
            use strict; use Socket;
            my ($what, $address, $port) = @ARGV;
            socket(my $raw, PF_INET, SOCK_RAW, 132) or die "socket: $!";
            if ($what eq "receive") {
                $| = 1;
                print "ready\\n";
                my $from = recv($raw, my $packet, 1500, 0);
                my (undef, $destination) = unpack("nn", substr($packet, (ord($packet) & 15) * 4));
                my (undef, $peer) = sockaddr_in($from);
                print inet_ntoa($peer), " to ", $destination, "\\n";
                exit;
            }
            my $packet = pack("nnNN", 40000, $port, 0, 0) . pack("CCnNNnnN", 1, 0, 20, 1, 65536, 1, 1, 1);
            my $crc = 0xffffffff;
            for my $byte (unpack("C*", $packet)) {
                $crc ^= $byte;
                $crc = $crc & 1 ? ($crc >> 1) ^ 0x82f63b78 : $crc >> 1 for 1 .. 8;
            }
            substr($packet, 8, 4) = pack("V", $crc ^ 0xffffffff);
            send($raw, $packet, 0, sockaddr_in(0, inet_aton($address))) or die "send: $!";
            """;

    private static Program sctp(Path namespace, String... words) {
        List<String> all = new java.util.ArrayList<>(List.of("nsenter", "--net=" + namespace, "perl", "-e", SCTP));
        all.addAll(List.of(words));
        return new Program(all);
    }

    @Test
    @DisplayName("S146 T19: a published SCTP port leads to the container's, and the peer is seen as it is")
    void S146_sctp() {
        engine.ok("run", "-d", "--name", "assoc", "-p", "9010:9/sctp", "busybox", "sleep", "1000");
        assertThat(engine.ok("port", "assoc")).contains("9/sctp -> 0.0.0.0:9010");
        try (Program.Running receiver = sctp(namespace("assoc"), "receive").start()) {
            await().until(() -> receiver.out().contains("ready"));
            sctp(lan.namespace(), "send", NetworkBench.HOST.getHostAddress(), "9010")
                    .ok();
            await().until(() -> receiver.out().contains(lan.ipv4().getHostAddress() + " to 9"));
        }
    }

    @Test
    @DisplayName("S144 T18: a port of 127.0.0.1 is reached from this host alone, also after a firewall's reload")
    void S144_loopbackOnly() throws Exception {
        try (NetworkPeer peer = serve("web", 80, "-p", "127.0.0.1:5001:80")) {
            assertThat(fromHost(LOOPBACK, 5001)).startsWith("web ");
            assertThat(fromLan(5001)).contains("Exception");
            InetAddress inside = Cidr.parseAddress(address("web"));
            assertThat(bench.in(lan.namespace(), () -> NetworkPeer.askTcp(inside, 80)))
                    .contains("Exception");
            bench.nft("flush ruleset");
            await().untilAsserted(() -> assertThat(fromHost(LOOPBACK, 5001)).startsWith("web "));
            assertThat(fromLan(5001)).contains("Exception");
            assertThat(bench.in(lan.namespace(), () -> NetworkPeer.askTcp(inside, 80)))
                    .contains("Exception");
            assertThat(peer).isNotNull();
        }
    }

    @Test
    @DisplayName(
            "a container reaches a published port by the host's address: its own, a neighbour's, and one of another network")
    void hairpin() throws Exception {
        engine.ok("network", "create", "apart");
        try (NetworkPeer peer = serve("web", 80, "-p", "5002:80")) {
            engine.ok("run", "-d", "--name", "neighbour", "busybox", "sleep", "1000");
            engine.ok("run", "-d", "--name", "stranger", "--network", "apart", "busybox", "sleep", "1000");
            for (String from : List.of("web", "neighbour", "stranger")) {
                assertThat(bench.in(namespace(from), () -> NetworkPeer.askTcp(NetworkBench.HOST, 5002)))
                        .as("from " + from)
                        .startsWith("web ");
            }
            InetAddress inside = Cidr.parseAddress(address("web"));
            assertThat(bench.in(namespace("neighbour"), () -> NetworkPeer.askTcp(inside, 80)))
                    .startsWith("web ");
            assertThat(bench.in(namespace("stranger"), () -> NetworkPeer.askTcp(inside, 80)))
                    .contains("Exception");
            assertThat(peer).isNotNull();
        } finally {
            engine.removeContainers();
            engine.ok("network", "rm", "apart");
        }
    }

    @Test
    @DisplayName("B6: a range of 1,000 ports is one element of a map for each family, one descriptor and no process")
    void B6_aRangeIsOneElement() throws Exception {
        try (NetworkPeer peer = serve("web", 8500, "-p", "8000-8999:8000-8999")) {
            assertThat(fromLan(8500)).startsWith("web ");
            String id = Files.readString(engine.dataRoot().resolve("engine-id")).strip();
            assertThat(bench.nft("list map inet felucca-" + id + "-ports anyrange4"))
                    .contains("tcp . 8000-8999 : " + address("web"));
            assertThat(bench.nft("list map inet felucca-" + id + "-ports relayanyrange6"))
                    .contains("tcp . 8000-8999 : ");
            assertThat(fromHost(Cidr.parseAddress("::1"), 8500)).startsWith("web ");
            assertThat(sockets(monitor("web"))).isLessThan(10);
            assertThat(sockets(engine.pid())).isLessThan(100);
            // Both records keep the range as one, whoever started it.
            Path folder = engine.dataRoot()
                    .resolve("containers")
                    .resolve(engine.inspect("web").path("Id").textValue());
            assertThat(Files.readString(folder.resolve("state.json"))).contains("8000-8999/tcp");
            assertThat(Files.readString(folder.resolve("config.json"))).contains("\"8000-8999\"");
            assertThat(peer).isNotNull();
        }
    }

    @Test
    @DisplayName(
            "B3 B4 B6: a range survives a killed engine; what is taken out of its middle goes alone, and comes back")
    void B6_aRangeIsPartedAndJoined() throws Exception {
        try (NetworkPeer peer = serve("web", 8500, "-p", "8400-8599:8400-8599")) {
            engine.kill();
            engine.start();
            assertThat(engine.ok("port", "web").lines()).hasSize(400);
            assertThat(fromLan(8500)).startsWith("web ");

            engine.ok("port", "rm", "web", "8500:8500");
            assertThat(engine.ok("port", "web").lines()).hasSize(398);
            assertThat(fromLan(8500)).contains("Exception");
            assertThat(engine.ok("ps", "--format", "{{.Ports}}"))
                    .contains("0.0.0.0:8400-8499->8400-8499/tcp")
                    .contains("0.0.0.0:8501-8599->8501-8599/tcp");
            // Its monitor still holds the port, but that is nobody else's affair.
            engine.ok("run", "-d", "--name", "other", "-p", "8500:80", "busybox", "sleep", "1000");
            assertThat(engine.fails(1, "port", "add", "web", "8500:8500")).contains("port is already allocated");
            engine.ok("rm", "-f", "other");

            engine.ok("port", "add", "web", "8500:8500");
            assertThat(fromLan(8500)).startsWith("web ");
            assertThat(engine.ok("ps", "--format", "{{.Ports}}")).contains("0.0.0.0:8400-8599->8400-8599/tcp");
            assertThat(peer).isNotNull();
        }
        engine.ok("rm", "-f", "web");
        engine.ok("run", "--rm", "-p", "8400-8599:1-200", "busybox", "true");
    }

    private static long monitor(String name) throws Exception {
        String pid = engine.inspect(name).path("State").path("Pid").asText();
        return Files.readAllLines(Path.of("/proc", pid, "status")).stream()
                .filter(line -> line.startsWith("PPid:"))
                .mapToLong(line -> Long.parseLong(line.substring(5).strip()))
                .findFirst()
                .orElseThrow();
    }

    private static long sockets(long pid) throws Exception {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return descriptors.filter(PublishedPortIT::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (java.io.IOException closed) {
            return false;
        }
    }

    @Test
    @DisplayName(
            "B1: not one connection breaks while the drivers of networks and ports are stopped, updated and started")
    void B1_driversAreSwappedUnderTraffic() throws Exception {
        try (NetworkPeer peer = serve("web", 80, "-p", "5003:80");
                Traffic traffic = new Traffic(5003)) {
            for (String driver : List.of("network-bridge", "portmap-nftables")) {
                String bundle = "io.felucca." + driver.replace('-', '.');
                engine.ok("driver", "stop", bundle);
                traffic.goesOn();
                engine.ok("driver", "start", bundle);
                engine.ok("driver", "update", bundle, jar(driver).toString());
                traffic.goesOn();
            }
            engine.ok("run", "--rm", "-p", "5004:80", "busybox", "true");
            traffic.goesOn();
            assertThat(peer).isNotNull();
        }
    }

    private static Path jar(String name) throws Exception {
        try (Stream<Path> files = Files.walk(EngineUnderTest.home().resolve("bundles"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("felucca-" + name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    @DisplayName("B3: not one connection breaks, and new ones are made, while the engine is killed and started again")
    void B3_theEngineIsKilledUnderTraffic() throws Exception {
        try (NetworkPeer peer = serve("web", 80, "-p", "5005:80");
                Traffic traffic = new Traffic(5005)) {
            engine.kill();
            traffic.goesOn();
            // The port is held by the monitor meanwhile.
            assertThat(Program.of("nsenter", "--net=" + bench.host(), "busybox", "nc", "-l", "-p", "5005")
                            .run(10)
                            .err())
                    .contains("Address already in use");
            engine.start();
            traffic.goesOn();
            assertThat(engine.ok("port", "web")).contains("80/tcp -> 0.0.0.0:5005");
            assertThat(peer).isNotNull();
        }
        engine.ok("rm", "-f", "web");
        assertThat(fromLan(5005)).contains("Exception");
        engine.ok("run", "--rm", "-p", "5005:80", "busybox", "true");
    }

    @Test
    @DisplayName("B3 B4: rules and ports that wait for their driver after a kill are as they should be once it comes")
    void B4_theDriverComesLate() throws Exception {
        List<String> mappers = List.of("io.felucca.portmap.nftables", "io.felucca.portmap.iptables");
        try (NetworkPeer peer = serve("web", 80, "-p", "5006:80")) {
            String id = engine.inspect("web").path("Id").textValue();
            mappers.forEach(mapper -> engine.ok("driver", "stop", mapper));
            engine.kill();
            // As a kill leaves it in the middle of a change of ports: the wish is on record, and not carried out.
            Path record = engine.dataRoot().resolve("containers").resolve(id).resolve("config.json");
            Files.writeString(record, Files.readString(record).replace("\"5006\"", "\"5007\""));
            bench.nft("flush ruleset");
            engine.start();
            assertThat(engine.ok("port", "web")).contains("80/tcp -> 0.0.0.0:5006");
            assertThat(fromLan(5006)).contains("Exception");
            assertThat(engine.fails(125, "run", "--rm", "-p", "5008:80", "busybox", "true"))
                    .contains("no port mapper works here");

            mappers.forEach(mapper -> engine.ok("driver", "start", mapper));

            await().untilAsserted(() -> assertThat(fromLan(5007)).startsWith("web "));
            assertThat(fromLan(5006)).contains("Exception");
            await().untilAsserted(() -> assertThat(engine.ok("port", "web")).contains("80/tcp -> 0.0.0.0:5007"));
            assertThat(peer).isNotNull();
        } finally {
            mappers.forEach(mapper -> engine.ok("driver", "start", mapper));
        }
    }

    private static String routes(String name) {
        return Program.of("nsenter", "--net=" + namespace(name), "ip", "-o", "route")
                .ok();
    }

    @Test
    @DisplayName("issue 11: a network connect that fails changes nothing: routes, ports and networks are as they were")
    void aFailedConnectChangesNothing() throws Exception {
        List<String> mappers = List.of("io.felucca.portmap.nftables", "io.felucca.portmap.iptables");
        engine.ok("network", "create", "zz");
        engine.ok("network", "create", "aa");
        try (NetworkPeer peer = serve("moving", 80, "--network", "zz", "-p", "5020:80")) {
            String before = routes("moving");
            assertThat(before).contains("default via ");
            mappers.forEach(mapper -> engine.ok("driver", "stop", mapper));

            // By its name the network would get the default route, and published ports would follow.
            assertThat(engine.fails(1, "network", "connect", "aa", "moving")).isNotEmpty();

            mappers.forEach(mapper -> engine.ok("driver", "start", mapper));
            assertThat(routes("moving")).isEqualTo(before);
            assertThat(engine.inspect("moving")
                            .path("NetworkSettings")
                            .path("Networks")
                            .fieldNames())
                    .toIterable()
                    .containsExactly("zz");
            await().untilAsserted(() -> assertThat(fromLan(5020)).startsWith("moving "));
            engine.ok("network", "connect", "aa", "moving");
            assertThat(routes("moving")).contains("dev eth1").isNotEqualTo(before);
            await().untilAsserted(() -> assertThat(fromLan(5020)).startsWith("moving "));
            assertThat(peer).isNotNull();
        } finally {
            mappers.forEach(mapper -> engine.ok("driver", "start", mapper));
            engine.ok("rm", "-f", "moving");
            engine.ok("network", "rm", "aa", "zz");
        }
    }

    @Test
    @Timeout(900)
    @DisplayName("200 containers of a network have addresses of their own, and afterwards nothing is left of them")
    void twoHundredContainers() throws Exception {
        Set<String> addresses = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            engine.ok("run", "-d", "--name", "c" + i, "busybox", "sleep", "1000");
        }
        EngineUnderTest.json(engine.ok("network", "inspect", "bridge"))
                .get(0)
                .path("Containers")
                .forEach(member -> addresses.add(member.path("IPv4Address").textValue()));
        assertThat(addresses).hasSize(200).allMatch(address -> address.startsWith("10.77."));
        assertThat(bench.in(namespace("c0"), () -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(address("c199"), 9), 2000);
                        return "";
                    } catch (java.io.IOException refused) {
                        return refused.getMessage();
                    }
                }))
                .contains("refused");

        engine.removeContainers();

        await().untilAsserted(() -> assertThat(bench.devices(bench.host()).devices())
                .extracting(device -> device.name())
                .noneMatch(name -> name.startsWith("veth")));
        assertThat(bench.nft("list ruleset")).doesNotContain("10.77.0.2");
    }

    /** A connection that is used all the time, and new ones beside it, from a machine of the local network. */
    private static final class Traffic implements AutoCloseable {
        private final AtomicBoolean ending = new AtomicBoolean();
        private final AtomicInteger answers = new AtomicInteger();
        private volatile String failure = "";
        private final Thread thread;

        Traffic(int port) {
            Socket open = bench.in(lan.namespace(), () -> {
                Socket socket = new Socket();
                socket.connect(new InetSocketAddress(NetworkBench.HOST, port), 5000);
                socket.setSoTimeout(5000);
                return socket;
            });
            thread = new Thread(() -> {
                try (open) {
                    while (!ending.get()) {
                        String kept = NetworkPeer.ask(open);
                        String made = fromLan(port);
                        if (!kept.startsWith("web ") || !made.startsWith("web ")) {
                            failure = kept + " and " + made;
                            return;
                        }
                        answers.incrementAndGet();
                    }
                } catch (Exception e) {
                    failure = e.toString();
                }
            });
            thread.start();
        }

        void goesOn() {
            int before = answers.get();
            await().until(() -> !failure.isEmpty() || answers.get() > before + 3);
            assertThat(failure).isEmpty();
        }

        @Override
        public void close() throws InterruptedException {
            ending.set(true);
            thread.join();
            assertThat(failure).isEmpty();
        }
    }

    @Test
    @DisplayName("S72, S73: what EXPOSE of a Dockerfile declares is not published by itself, and is by -P")
    void exposedPortsArePublishedWhenAsked() throws Exception {
        engine.felucca("build", "-t", "exposed", "-")
                .stdin("FROM busybox\nEXPOSE 5000 6000/udp\nCMD sleep 1000\n")
                .run()
                .requireOk();
        engine.ok("run", "-d", "--name", "declared", "exposed");
        assertThat(engine.ok("port", "declared")).isEmpty();
        assertThat(engine.ok("ps", "--format", "{{.Ports}}")).isEqualTo("5000/tcp, 6000/udp");
        engine.ok("run", "-d", "-P", "--name", "asked", "exposed");
        String[] told = engine.ok("port", "asked", "5000/tcp").split("\n")[0].split(":");
        try (NetworkPeer peer = bench.serve(namespace("asked"), "asked", 5000)) {
            assertThat(fromLan(Integer.parseInt(told[1].strip()))).startsWith("asked ");
            assertThat(engine.ok("port", "asked", "6000/udp")).startsWith("0.0.0.0:");
            assertThat(peer).isNotNull();
        }
    }
}
