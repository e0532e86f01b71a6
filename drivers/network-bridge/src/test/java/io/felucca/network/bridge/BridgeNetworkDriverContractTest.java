package io.felucca.network.bridge;

import static io.felucca.testkit.network.SegmentBench.UNREACHABLE;
import static io.felucca.testkit.network.SegmentBench.address;
import static io.felucca.testkit.network.SegmentBench.endpoint;
import static io.felucca.testkit.network.SegmentBench.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.engine.EngineRoot;
import io.felucca.linux.kernel.net.KernelNamespaces;
import io.felucca.linux.kernel.net.KernelNftables;
import io.felucca.linux.kernel.net.KernelRtnetlink;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.network.spi.NetworkDriver.Opening;
import io.felucca.network.spi.NetworkDriver.Segment;
import io.felucca.network.spi.Protocol;
import io.felucca.testkit.network.NetworkDriverContract;
import io.felucca.testkit.network.NetworkPeer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class BridgeNetworkDriverContractTest extends NetworkDriverContract {

    @Override
    protected NetworkDriver driver(EngineRoot engine) {
        return new BridgeNetworkDriver(
                engine, new KernelRtnetlink(), new KernelNamespaces(), new KernelNftables(), new KernelProcesses());
    }

    @Override
    protected String leftOvers() {
        return nft("list tables");
    }

    private String nft(String commands) {
        return bench().nft(commands);
    }

    private static Segment with(Segment segment, Map<String, String> options) {
        return new Segment(segment.id(), segment.name(), segment.internal(), segment.gateways(), options);
    }

    private Segment silent() {
        return with(segment(1, false), Map.of("com.docker.network.bridge.enable_icc", "false"));
    }

    @Test
    void s153WithoutInterContainerTrafficOnlyOpeningsPass() {
        Segment segment = silent();
        bench().ensure(segment);
        Path web = bench().container(segment, 2);
        Path db = bench().container(segment, 3);
        bench().serve(db, "secret", 81);
        assertThat(bench().ask(web, address(segment, 3))).containsPattern(UNREACHABLE);

        Opening opening = new Opening(address(segment, 2), address(segment, 3), Protocol.TCP, 80);
        for (int i = 0; i < 2; i++) {
            bench().onHost(driver -> driver.open(segment, List.of(opening)));
            assertThat(bench().ask(web, address(segment, 3))).isEqualTo("c3 10.1.0.2");
            assertThat(bench().in(web, () -> NetworkPeer.askTcp(address(segment, 3), 81)))
                    .containsPattern(UNREACHABLE);
            assertThat(bench().ask(db, address(segment, 2))).containsPattern(UNREACHABLE);
            // A firewall is loaded anew.
            nft("flush ruleset");
        }
        bench().onHost(driver -> {
            driver.ensure(segment, List.of(opening));
            driver.close(segment, List.of(opening));
            driver.close(segment, List.of(opening));
        });
        assertThat(bench().ask(web, address(segment, 3))).containsPattern(UNREACHABLE);
        var lan = bench().newLanHost();
        bench().serve(lan.namespace(), "lan", 80);
        assertThat(bench().ask(web, lan.ipv4())).isEqualTo("lan 192.0.2.1");
    }

    @Test
    @DisplayName("issue 11: a bridge without traffic between containers that is made again lets none pass")
    void s153ABridgeThatIsMadeAgainLetsNothingPass() {
        Segment segment = silent();
        Opening opening = new Opening(address(segment, 2), address(segment, 3), Protocol.TCP, 80);
        bench().ensure(segment);
        Path web = bench().container(segment, 2);
        Path db = bench().container(segment, 3);
        bench().devices(bench().host()).apply(new io.felucca.linux.net.NetworkChange.RemoveDevice("br-111111111111"));

        bench().onHost(driver -> {
            driver.ensure(segment, List.of(opening));
            driver.rejoin(segment, List.of(endpoint(segment, 2), endpoint(segment, 3)));
        });

        assertThat(bench().ask(web, address(segment, 3))).isEqualTo("c3 10.1.0.2");
        assertThat(bench().ask(db, address(segment, 2))).containsPattern(UNREACHABLE);
    }

    @Test
    void withoutMasqueradeTheWorldSeesTheContainersAddress() {
        Segment segment = with(segment(1, false), Map.of("com.docker.network.bridge.enable_ip_masquerade", "false"));
        bench().ensure(segment);
        Path container = bench().container(segment, 2);
        var lan = bench().newLanHost();
        bench().serve(lan.namespace(), "lan", 80);
        assertThat(bench().ask(container, lan.ipv4())).isEqualTo("lan 10.1.0.2");
    }

    @Test
    void rulesAreBackAfterAFirewallsReload() {
        Segment segment = segment(1, false);
        bench().ensure(segment);
        Path container = bench().container(segment, 2);
        String rules = nft("list ruleset");
        nft("flush ruleset");
        bench().ensure(segment);
        bench().ensure(segment);
        assertThat(nft("list ruleset")).isEqualTo(rules);
        var lan = bench().newLanHost();
        bench().serve(lan.namespace(), "lan", 80);
        assertThat(bench().ask(container, lan.ipv4())).isEqualTo("lan 192.0.2.1");
        assertThat(bench().ask(lan.namespace(), address(segment, 2))).containsPattern(UNREACHABLE);
    }

    @Test
    @DisplayName("issue 11: without a library the rules are those that nft makes of the words for them")
    void theRulesAreThoseThatNftMakes() throws Exception {
        bench().ensure(segment(1, false, "10.1.0.1/16", "fd00:1::1/64"));
        bench().ensure(segment(2, true));
        bench().ensure(silent(3));
        bench().onHost(driver -> driver.open(
                silent(3), List.of(new Opening(address(silent(3), 2), address(silent(3), 3), Protocol.UDP, 53))));
        Path asNft = bench().newNamespace();
        bench().nft(
                        asNft,
                        new String(getClass().getResourceAsStream("rules.nft").readAllBytes(), StandardCharsets.UTF_8));

        assertThat(bench().ruleset(bench().host())).isEqualTo(bench().ruleset(asNft));
    }

    private static Segment silent(int number) {
        return with(segment(number, false), Map.of("com.docker.network.bridge.enable_icc", "false"));
    }

    @Test
    void aBridgeThatIsThereIsUsedAndStays() {
        Segment segment = with(segment(1, false), Map.of("com.docker.network.bridge.name", "mine0"));
        var devices = bench().devices(bench().host());
        devices.apply(new io.felucca.linux.net.NetworkChange.AddBridge("mine0", ""));
        devices.apply(io.felucca.linux.net.NetworkChange.Configure.up("mine0"));
        bench().ensure(segment);
        bench().container(segment, 2);
        assertThat(bench().ask(bench().host(), address(segment, 2))).isEqualTo("c2 10.1.0.1");
        bench().onHost(driver -> driver.remove(segment));
        assertThat(devices.find("mine0")).isPresent();
    }

    private static EngineRoot engine(String id, Path dataRoot) {
        return new EngineRoot() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public Path dataRoot() {
                return dataRoot;
            }

            @Override
            public Path execRoot() {
                return dataRoot;
            }
        };
    }

    private void ensureBy(EngineRoot engine, Segment segment) {
        NetworkDriver driver = driver(engine);
        bench().inHost(() -> {
            driver.ensure(segment, List.of());
            return null;
        });
    }

    @Test
    @DisplayName(
            "issue 11: a bridge that a data root left which no longer exists is taken over, with its rules removed")
    void aBridgeOfAnEngineThatIsGoneIsTakenOver(@TempDir Path folder) throws Exception {
        Segment segment = segment(1, false);
        Path root = Files.createDirectory(folder.resolve("old"));
        Files.writeString(root.resolve("engine-id"), "ba9876543210\n");
        ensureBy(engine("ba9876543210", root), segment);
        assertThatThrownBy(() -> bench().ensure(segment))
                .hasMessageContaining("it is another's (felucca ba9876543210 network " + segment.id() + " of " + root)
                .hasMessageEndingWith("ip link delete br-111111111111");

        Files.delete(root.resolve("engine-id"));
        bench().ensure(segment);

        assertThat(nft("list tables")).doesNotContain("ba9876543210").contains("felucca-0123456789ab-bridge");
        Path container = bench().container(segment, 2);
        assertThat(bench().ask(bench().host(), address(segment, 2))).isEqualTo("c2 10.1.0.1");
        bench().onHost(driver -> {
            driver.leave(segment, endpoint(segment, 2), false);
            driver.remove(segment);
        });
        assertThat(container).isNotNull();
        assertThat(bench().devices(bench().host()).find("br-111111111111")).isEmpty();
    }

    @Test
    @DisplayName(
            "issue 11: a bridge is not taken from a running engine whose data root is removed, nor from containers")
    void aBridgeThatIsInUseIsNotTakenOver(@TempDir Path folder) throws Exception {
        Segment segment = segment(1, false);
        Path root = Files.createDirectory(folder.resolve("old"));
        Files.writeString(root.resolve("engine-id"), "ba9876543210\n");
        ensureBy(engine("ba9876543210", root), segment);
        Files.delete(root.resolve("engine-id"));
        try (FileChannel lock =
                FileChannel.open(root.resolve("engine.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            Files.delete(root.resolve("engine.lock"));
            assertThatThrownBy(() -> bench().ensure(segment)).hasMessageContaining("ip link delete br-111111111111");
            assertThat(lock.isOpen()).isTrue();
        }
        NetworkDriver old = driver(engine("ba9876543210", root));
        Path container = bench().newNamespace();
        bench().inHost(() -> old.join(segment, endpoint(segment, 2), container));
        assertThatThrownBy(() -> bench().ensure(segment)).hasMessageContaining("ip link delete br-111111111111");
    }

    @Test
    void theMtuIsTheOptions() {
        Segment segment = with(segment(1, false), Map.of("com.docker.network.driver.mtu", "1400"));
        bench().ensure(segment);
        Path container = bench().container(segment, 2);
        assertThat(bench().devices(container).find("eth0").orElseThrow().mtu()).isEqualTo(1400);
        assertThat(bench().devices(bench().host())
                        .find("br-111111111111")
                        .orElseThrow()
                        .mtu())
                .isEqualTo(1400);
    }

    @Test
    void besideAFirewallThatDropsWhatIsForwardedTrafficPasses() throws Exception {
        iptables("-P FORWARD DROP");
        Segment segment = segment(1, false);
        bench().ensure(segment);
        bench().ensure(segment);
        Path container = bench().container(segment, 2);
        var lan = bench().newLanHost();
        bench().serve(lan.namespace(), "lan", 80);
        assertThat(bench().ask(container, lan.ipv4())).isEqualTo("lan 192.0.2.1");
        assertThat(bench().ask(lan.namespace(), address(segment, 2))).containsPattern(UNREACHABLE);
        assertThat(iptables("-S FORWARD")).containsOnlyOnce("-i br-111111111111 -m comment --comment felucca-");

        bench().onHost(driver -> driver.remove(segment));
        assertThat(iptables("-S FORWARD")).isEqualTo("-P FORWARD DROP\n");
    }

    @Test
    void besideDockerdItsChainForUsersIsUsed() throws Exception {
        iptables("-N DOCKER-USER");
        iptables("-A DOCKER-USER -j RETURN");
        iptables("-P FORWARD DROP");
        iptables("-A FORWARD -j DOCKER-USER");
        Segment segment = segment(1, false);
        bench().ensure(segment);
        Path container = bench().container(segment, 2);
        var lan = bench().newLanHost();
        bench().serve(lan.namespace(), "lan", 80);
        assertThat(bench().ask(container, lan.ipv4())).isEqualTo("lan 192.0.2.1");
        assertThat(iptables("-S FORWARD")).doesNotContain("felucca");
        bench().onHost(driver -> driver.remove(segment));
        assertThat(iptables("-S DOCKER-USER")).doesNotContain("felucca");
    }

    @Test
    void besideFirewalldTrafficPassesAlsoAfterItsReload() {
        // As firewalld 1.3 makes its chain, zones left out.
        String firewalld = """
                add table inet firewalld
                add chain inet firewalld filter_FORWARD { type filter hook forward priority filter + 10; policy accept; }
                flush chain inet firewalld filter_FORWARD
                add rule inet firewalld filter_FORWARD ct state established,related accept
                add rule inet firewalld filter_FORWARD ct status dnat accept
                add rule inet firewalld filter_FORWARD reject with icmpx admin-prohibited
                """;
        nft(firewalld);
        Segment segment = segment(1, false);
        bench().ensure(segment);
        Path container = bench().container(segment, 2);
        var lan = bench().newLanHost();
        bench().serve(lan.namespace(), "lan", 80);
        assertThat(bench().ask(container, lan.ipv4())).isEqualTo("lan 192.0.2.1");
        assertThat(bench().ask(lan.namespace(), address(segment, 2))).containsPattern(UNREACHABLE);

        nft("delete table inet firewalld");
        nft(firewalld);
        bench().ensure(segment);
        bench().ensure(segment);
        assertThat(bench().ask(container, lan.ipv4())).isEqualTo("lan 192.0.2.1");
        assertThat(nft("list chain inet firewalld filter_FORWARD")).containsOnlyOnce("iifname \"br-111111111111\"");
        bench().onHost(driver -> driver.remove(segment));
        assertThat(nft("list chain inet firewalld filter_FORWARD")).doesNotContain("felucca");
    }

    private String iptables(String words) {
        return bench().inHost(() -> new KernelProcesses()
                .run(
                        List.of(("iptables -w " + words).split(" ")),
                        List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin"),
                        new byte[0],
                        10_000)
                .stdoutText());
    }

    @Test
    void ipv6IsForwardedWithTheHostsAddress() {
        Segment segment = segment(1, false, "10.1.0.1/16", "fd00:1::1/64");
        bench().ensure(segment);
        Path container = bench().newNamespace();
        var endpoint = endpoint(segment, 2);
        bench().join(
                        segment,
                        new NetworkDriver.Endpoint(
                                endpoint.id(),
                                endpoint.containerId(),
                                "eth0",
                                endpoint.mac(),
                                List.of(Cidr.parse("fd00:1::2/64")),
                                List.of(Cidr.parseAddress("fd00:1::1"))),
                        container);
        var lan = bench().newLanHost();
        bench().serve(lan.namespace(), "lan", 80);
        org.awaitility.Awaitility.await()
                .untilAsserted(
                        () -> assertThat(bench().ask(container, lan.ipv6())).isEqualTo("lan 2001:db8:0:0:0:0:0:1"));
    }
}
