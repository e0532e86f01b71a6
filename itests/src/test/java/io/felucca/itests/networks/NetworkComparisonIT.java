package io.felucca.itests.networks;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.docker.DockerDaemon;
import io.felucca.itests.fixture.docker.Masks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * B13: what the real docker command is told of networks, ports and links by this engine and by dockerd 20.10, at its API
 * 1.41, each in a network namespace of its own: the same, after masking, but for {@link #ALLOWED}.
 */
@Timeout(600)
class NetworkComparisonIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox()
            .startedBy("unshare", "-n", "sh", "-c", "ip link set lo up; exec \"$@\"", "sh");

    @RegisterExtension
    static final DockerDaemon daemon = DockerDaemon.withBusybox();

    /** Lines that differ on purpose: what this engine's answer begins with after masking, each with its reason. */
    private static final Map<String, String> ALLOWED = Map.ofEntries(
            // 20.10 forgets the gateway of a bridge that it has just made, until its next start.
            Map.entry("network inspect bridge", "exit 0\n[\n {\n \"Name\": \"bridge\""),
            // The text of engines since 25; that of 20.10 has an empty place for the name.
            Map.entry(
                    "network create ''", "exit 1\n-- stderr\nError response from daemon: invalid name: name is empty"),
            // A range beyond its subnet would give addresses that are not in it; engines since 28 refuse it too.
            Map.entry(
                    "network create --subnet 10.61.0.0/24 --ip-range 10.61.0.0/16 x",
                    "exit 1\n-- stderr\nError response from daemon: no matching subnet for range 10.61.0.0/16"),
            // There is a default pool for IPv6, as in engines since 27.
            Map.entry("network create --ipv6 v6", "exit 0\n<id>"),
            Map.entry("network rm v6", "exit 0\nv6"),
            // libnetwork tells how the kernel put it.
            Map.entry(
                    "network create -o com.docker.network.bridge.name=toolonganame1234567 y",
                    "exit 1\n-- stderr\nError response from daemon: invalid bridge name toolonganame1234567: up to 15"),
            // Swarm and networks that are but configuration are not built.
            Map.entry(
                    "network create --scope swarm y",
                    "exit 1\n-- stderr\nError response from daemon: networks of the scope swarm are not supported"),
            Map.entry(
                    "network create --config-from y z",
                    "exit 1\n-- stderr\nError response from daemon: ConfigFrom is not supported yet: leave it out"),
            // 20.10 has a stray parenthesis there.
            Map.entry(
                    "network connect --ip foo n3 c2",
                    "exit 1\n-- stderr\nError response from daemon: invalid IPv4 address: foo"),
            // docker-proxy is what tells of it there; here nothing stands between.
            Map.entry(
                    "run -d --name p2 -p 127.0.0.1:8080:80 busybox sleep 1000",
                    "exit 125\n<id>\n-- stderr\ndocker: Error response from daemon: driver failed programming external"
                            + " connectivity on endpoint p2 (<id>): Bind for 127.0.0.1:8080 failed: port is already"
                            + " allocated"),
            // It says which ports.
            Map.entry(
                    "run -d --name p4 -p 9000-9001:80 busybox sleep 1000",
                    "exit 125\n<id>\n-- stderr\ndocker: Error response from daemon: driver failed programming external"
                            + " connectivity on endpoint p4 (<id>): Bind for 0.0.0.0:9000-9001 failed: all ports are"
                            + " allocated"),
            // 20.10 takes an empty alias.
            Map.entry(
                    "run --rm --link db: busybox true",
                    "exit 125\n-- stderr\ndocker: Error response from daemon: bad format for links: db:"),
            // A link ends with the container that it leads to; in 20.10 it does at the next start of the engine.
            Map.entry("inspect -f {{json .HostConfig.Links}} orphan", "exit 0\nnull"),
            Map.entry("restart -t 0 orphan", "exit 0\norphan"));

    private static final Map<Pattern, String> MASKS = new LinkedHashMap<>();

    static {
        MASKS.put(Pattern.compile("\\b(?:docker0|felucca0)\\b"), "<bridge>");
        // Which default pool is free next is each engine's own affair.
        MASKS.put(Pattern.compile("\"(Subnet|Gateway)\": \"(?:172|192)\\.[0-9./]+\""), "\"$1\": <pool>");
        MASKS.put(Pattern.compile("Error starting userland proxy: "), "");
        // Nothing given is written in two ways.
        MASKS.put(Pattern.compile("\"(IPAMConfig|Aliases|DriverOpts)\":(?:\\{\\}|\\[\\])"), "\"$1\":null");
        // An internal network's gateway is nobody's way out.
        MASKS.put(Pattern.compile("\"Gateway\":\"10\\.63\\.0\\.1\""), "\"Gateway\":\"\"");
    }

    @AfterEach
    void removeAll() {
        daemon.removeContainers();
        daemon.docker("network", "prune", "-f").run();
        engine.removeContainers();
        engine.docker("", "network", "prune", "-f").run();
    }

    private static String told(String line, Result result) {
        String told = Masks.told(line, result);
        for (Map.Entry<Pattern, String> mask : MASKS.entrySet()) {
            told = mask.getKey().matcher(told).replaceAll(mask.getValue());
        }
        return told;
    }

    private static void compare(String script) {
        SoftAssertions all = new SoftAssertions();
        for (String line : script.strip().lines().map(String::strip).toList()) {
            String ours = told(line, engine.docker("1.41", words(line)).run());
            String theirs = told(line, daemon.docker(words(line)).run());
            String allowed = ALLOWED.get(line.replace("'", line.contains("''") ? "'" : ""));
            if (allowed == null) {
                all.assertThat(ours).as(line).isEqualTo(theirs);
            } else {
                all.assertThat(ours).as(line).startsWith(allowed);
            }
        }
        all.assertAll();
    }

    /** Blanks part words; within single quotes they do not. */
    private static String[] words(String line) {
        List<String> words = new ArrayList<>();
        String[] parts = line.split("'", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i % 2 == 1) {
                words.add(parts[i]);
            } else if (!parts[i].isBlank()) {
                words.addAll(List.of(parts[i].strip().split(" +")));
            }
        }
        return words.toArray(String[]::new);
    }

    @Test
    @DisplayName("B13: networks are listed, made, refused and removed as dockerd does")
    void networks() {
        compare("""
                network ls
                network ls --format '{{.Name}} {{.Driver}} {{.Scope}} {{.IPv6}} {{.Internal}}'
                network ls -f driver=null
                network ls -f type=custom
                network ls -f type=bogus
                network ls -f nosuch=1
                network ls -f dangling=x
                network ls -f dangling=true -f dangling=false
                network inspect bridge
                network inspect host
                network inspect none
                network inspect nosuch
                network rm nosuch
                network rm bridge
                network create bridge
                network create default
                network create -d host x
                network create -d null x
                network create -d none x
                network create -d nosuch x
                network create ''
                network create --subnet 10.61.0.0/99 x
                network create --subnet foo x
                network create --subnet 10.61.0.0/24 --gateway 10.62.0.1 x
                network create --gateway 10.62.0.1 x
                network create --subnet 10.61.0.0/24 --ip-range 10.62.0.0/24 x
                network create --subnet 10.61.0.0/24 --ip-range foo x
                network create --subnet 10.61.0.0/24 --subnet 10.61.0.0/16 x
                network create --subnet 10.61.0.0/24 --aux-address a=10.61.0.1 x
                network create --subnet 10.61.0.0/24 --aux-address a=10.62.0.1 x
                network create --subnet 172.17.5.0/24 x
                network create --subnet 10.61.0.0/24 --ip-range 10.61.0.128/25 --aux-address a=10.61.0.9 x
                network create x
                network inspect x
                network rm x
                network create --ipv6 --subnet fd00:61::/64 --subnet 10.61.0.0/24 --gateway fd00:61::9 x
                network inspect x
                network rm x
                network create --ipv6 --subnet fd00:61::/64 x
                network inspect x
                network rm x
                network create -o com.docker.network.bridge.name=br0foo x
                network create -o com.docker.network.bridge.name=br0foo y
                network create -o com.docker.network.bridge.name=lo y
                network create -o com.docker.network.bridge.name=toolonganame1234567 y
                network rm x y
                network create -o com.docker.network.bridge.enable_icc=bogus y
                network create -o com.docker.network.driver.mtu=bogus y
                network create -o com.docker.network.driver.mtu=-4 y
                network create --ipam-driver nosuch y
                network create --internal --attachable --label a=b -o com.docker.network.driver.mtu=1400 y
                network inspect y
                network ls -f label=a
                network ls -f label=a=c
                network rm y
                network create --scope swarm y
                network create --config-from y z
                network create --ipv6 v6
                network rm v6
                network prune -f --filter until=bogus
                network prune -f --filter nosuch=1
                network connect nosuch nosuch
                network connect bridge nosuch
                network disconnect bridge nosuch
                network disconnect -f bridge nosuch
                """);
    }

    @Test
    @DisplayName("B13: containers get their places in networks, and are refused them, as dockerd does")
    void members() {
        compare("""
                network create --subnet 10.61.0.0/24 n1
                network create --subnet 10.62.0.0/24 --ip-range 10.62.0.128/25 --gateway 10.62.0.9 n2
                network create --internal --subnet 10.63.0.0/24 n3
                network create --ipv6 --subnet fd00:64::/64 --subnet 10.64.0.0/24 n6
                create --name nn --network nosuch busybox true
                start nn
                inspect -f '{{.State.Status}} {{.State.ExitCode}} {{.State.Error}} {{.HostConfig.NetworkMode}}' nn
                inspect -f '{{json .NetworkSettings.Networks}}' nn
                rm nn
                run --name nn --network nosuch busybox true
                rm nn
                create --name c1 --ip 10.61.0.9 busybox true
                start c1
                rm c1
                create --name c1 --network n1 --ip bogus busybox true
                create --name c1 --network n1 --ip 10.99.0.9 busybox true
                start c1
                rm c1
                create --name c1 --network n1 --ip6 fd00::9 busybox true
                start c1
                rm c1
                create --name c1 --network n1 --ip 10.61.0.255 busybox true
                start c1
                rm c1
                create --name c1 --network n1 --ip 10.61.0.99 --network-alias foo busybox sleep 1000
                start c1
                inspect -f '{{json .NetworkSettings.Networks}}' c1
                exec c1 ip route
                exec c1 cat /etc/resolv.conf
                run -d --name c2 --network n1 --ip 10.61.0.99 busybox sleep 1000
                rm -f c2
                network connect --alias x bridge c1
                network connect --ip 172.17.0.77 bridge c1
                run -d --name c2 --network n2 busybox sleep 1000
                network connect n1 c2
                network connect n1 c2
                network connect --ip foo n3 c2
                network connect --ip 10.99.0.1 n3 c2
                network connect --alias a1 --ip 10.63.0.77 n3 c2
                network connect host c2
                network connect none c2
                network connect bridge c2
                network connect --link c1:cc n6 c2
                inspect -f '{{json .NetworkSettings.Networks}}' c2
                exec c2 ip route
                exec c2 ip -6 route
                network rm n1
                network disconnect n1 c2
                network disconnect n1 c2
                network disconnect -f n1 c2
                network disconnect n2 c2
                network disconnect n3 c2
                network disconnect bridge c2
                network disconnect host c2
                network disconnect none c2
                exec c2 ip route
                network disconnect n6 c2
                inspect -f '{{json .NetworkSettings.Networks}}' c2
                network connect n1 c2
                stop -t 0 c2
                inspect -f '{{json .NetworkSettings.Networks}}' c2
                network connect n2 c2
                network connect n2 c2
                network disconnect n1 c2
                network disconnect n1 c2
                start c2
                exec c2 ip route
                rm -f c2
                network prune -f
                """);
    }

    @Test
    @DisplayName("B13: an address is asked for in vain where nobody asked for the network's subnet, as in dockerd")
    void addressesOfDefaultPools() {
        compare("""
                network create plain
                network create --ipv6 --subnet fd00:65::/64 six
                create --name c1 --network plain --ip 172.30.0.9 busybox true
                start c1
                inspect -f '{{.State.Status}} {{.State.ExitCode}} {{.State.Error}}' c1
                rm c1
                create --name c1 --network six --ip6 fd00:65::9 busybox true
                start c1
                rm c1
                run --name c1 --network six --ip 172.30.0.9 busybox true
                rm c1
                run -d --name c1 busybox sleep 1000
                network connect --ip 172.30.0.9 plain c1
                network connect --ip6 fd00:65::9 plain c1
                network connect --ip 172.30.0.9 six c1
                network connect --ip6 fd00:65::9 six c1
                network disconnect six c1
                stop -t 0 c1
                network connect --ip 172.30.0.9 plain c1
                network connect plain c1
                inspect -f '{{len .NetworkSettings.Networks}}' c1
                start c1
                rm -f c1
                network rm plain six
                """);
    }

    @Test
    @DisplayName("B13: a container in another's network is told and refused as dockerd does")
    void sharedNetworks() {
        compare("""
                run -d --name c1 --network-alias foo busybox true
                rm -f c1
                run -d --name c1 busybox sleep 1000
                create --name c2 --network container:nosuch busybox true
                start c2
                rm c2
                create --name c2 --network container: busybox true
                create --name c2 --network container:c1 -p 80:80 busybox true
                create --name c2 --network container:c1 --expose 80 busybox true
                create --name c2 --network container:c1 -P busybox true
                create --name c2 --network container:c1 --hostname x busybox true
                create --name c2 --network container:c1 --dns 1.1.1.1 busybox true
                create --name c2 --network container:c1 --add-host a:1.1.1.1 busybox true
                create --name c2 --network container:c1 --link c1 busybox true
                create --name c2 --network host --link c1 busybox true
                create --name c2 --network none --link c1 busybox true
                rm c2
                create --name c2 --network host -p 80:80 busybox true
                start c2
                port c2
                rm c2
                run -d --name c2 --network container:c1 busybox sleep 1000
                inspect -f '{{json .NetworkSettings.Networks}} {{.HostConfig.NetworkMode}} {{.Config.Hostname}}' c2
                exec c2 ip route
                exec c2 cat /etc/hosts
                network connect bridge c2
                network disconnect bridge c2
                rm -f c2
                stop -t 0 c1
                run -d --name c2 --network container:c1 busybox sleep 1000
                """);
    }

    @Test
    @DisplayName("B13, S140 to S146: published ports are told and refused as dockerd does")
    void ports() {
        compare("""
                run -d --name p1 -p 8080:80 -p 127.0.0.1:8081:81/udp -p 8090-8092:90-92 --expose 70 busybox sleep 1000
                port p1
                port p1 80
                port p1 81/udp
                port p1 99
                port p1 foo
                port nosuch
                ps
                inspect -f '{{json .NetworkSettings.Ports}} {{json .HostConfig.PortBindings}}' p1
                run -d --name p2 -p 9080:80 -p 8080:80 busybox sleep 1000
                inspect -f '{{.State.Status}} {{.State.ExitCode}} {{json .NetworkSettings.Ports}}' p2
                rm -f p2
                run -d --name p2 -p 127.0.0.1:8080:80 busybox sleep 1000
                rm -f p2
                run -d --name p2 -p 10.9.9.9:8088:80 busybox sleep 1000
                rm -f p2
                run -d --name p2 -p [fd00::9]:9010:80 busybox sleep 1000
                rm -f p2
                run -d --name p2 -p 9000-9001:80 busybox sleep 1000
                run -d --name p3 -p 9000-9001:80 busybox sleep 1000
                port p3
                run -d --name p4 -p 9000-9001:80 busybox sleep 1000
                rm -f p2 p3 p4
                run -d --name p2 -p [::1]:9010:80 busybox sleep 1000
                port p2
                rm -f p2
                run -d --name p2 -p 9020:80 -p 9020:81 busybox sleep 1000
                rm -f p2
                run -d --name p2 -p 9020:80 -p 9021:80 busybox sleep 1000
                port p2
                rm -f p2
                create --name p2 -p 8080:80 busybox sleep 1000
                start p2
                inspect -f '{{.State.Status}} {{.State.ExitCode}} {{.State.Error}}' p2
                rm -f p1
                start p2
                port p2
                stop -t 0 p2
                port p2
                run -d --name p3 -p 9998-10001:98-101 -p 9998-10000:98-100/udp busybox sleep 1000
                inspect -f '{{json .NetworkSettings.Ports}} {{json .HostConfig.PortBindings}}' p3
                inspect -f '{{json .Config.ExposedPorts}}' p3
                ps --format '{{.Ports}}'
                port p3
                port p3 101
                ps -q -f publish=10000
                rm -f p3
                run -d --name p3 -P --expose 300-302 -p 9998-9999:301-302 busybox sleep 1000
                port p3 301
                port p3 302
                rm -f p3
                """);
    }

    @Test
    @DisplayName("B13, S149 to S154: links are told, followed, taken back and refused as dockerd does")
    void links() {
        compare("""
                network create --subnet 10.61.0.0/24 n1
                run -d --name db -e A=1 -e B=x=y --expose 5432 --expose 53/udp busybox sleep 1000
                run --rm --name web --link db:d busybox env
                run --rm --name web --link db busybox env
                run --rm --link db:d --hostname h busybox cat /etc/hosts
                run --rm --link nosuch:d busybox true
                run --rm --link db: busybox true
                create --name web --link db:d busybox sleep 1000
                inspect -f '{{json .HostConfig.Links}}' web
                ps -a --no-trunc --format '{{.Names}}'
                inspect -f '{{.Name}}' web/d
                stop -t 0 db
                start web
                start db
                start web
                exec web/d hostname -i
                exec web cat /etc/hosts
                exec web env
                rename db dbs
                ps --no-trunc --format '{{.Names}}'
                inspect -f '{{json .HostConfig.Links}}' web
                rm --link web/d
                ps --no-trunc --format '{{.Names}}'
                inspect -f '{{json .HostConfig.Links}}' web
                exec web cat /etc/hosts
                rm --link web
                rm --link web/nosuch
                rm --link nosuch
                rm -f web
                run -d --name orphan --link dbs:d busybox sleep 1000
                rm -f dbs
                ps --no-trunc --format '{{.Names}}'
                inspect -f '{{json .HostConfig.Links}}' orphan
                restart -t 0 orphan
                run -d --name db --network n1 busybox sleep 1000
                run --rm --network n1 --link db:dd busybox cat /etc/hosts
                run --rm --link db:dd busybox true
                """);
    }
}
