package io.felucca.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.docker.CliComparison;
import io.felucca.itests.fixture.docker.DockerDaemon;
import io.felucca.itests.fixture.docker.Masks;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * B13: the real docker command's words about images, networks, volumes and the engine, told to
 * dockerd 20.10 and to this engine: the same output, exit codes and errors, after masking.
 */
@Timeout(300)
class DockerCliObjectsIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox("--bridge", "felucca0")
            .startedBy("unshare", "-n", "sh", "-c", "ip link set lo up; exec \"$@\"", "sh");

    @RegisterExtension
    static final DockerDaemon daemon = DockerDaemon.withBusybox();

    /** Lines that differ on purpose: what this engine's answer begins with after masking, each with its reason. */
    private static final Map<String, String> ALLOWED = Map.of(
            // A name says which image, also when it is its tag that is not there.
            "save nosuch",
            "exit 1\n-- stderr\nError response from daemon: No such image: nosuch:latest",
            // 20.10 reads no statistics of a cgroup tree as this machine's.
            "stats --no-stream --format '{{.Name}}|{{.PIDs}}' seen",
            "exit 0\nseen|1\n");

    @TempDir
    private static Path folder;

    private static void compare(String script) {
        new CliComparison(engine, daemon, ALLOWED)
                .compare(
                        script.replace("<rootfs>", Rootfs.busybox().toString()).replace("<folder>", folder.toString()));
    }

    @Test
    @DisplayName("S83 to S89: images are imported, listed, tagged, saved, loaded and removed as with dockerd")
    void images() {
        compare("""
                images
                images -q
                images --digests
                images --no-trunc
                images --format '{{.Repository}}|{{.Tag}}|{{.Digest}}|{{.Size}}|{{.SharedSize}}|{{.Containers}}'
                images --filter dangling=true
                images --filter reference=busy*
                images --filter label=x
                images --filter before=busybox
                images --filter before=nosuch
                images --filter since=nosuch
                images --filter dangling=x
                images --filter nosuch=1
                images busybox:latest
                images nosuch
                tag busybox keep:1
                tag busybox keep:2
                tag nosuch keep:3
                rmi keep:1
                rmi nosuch keep:2
                rmi -f nosuch
                history busybox
                history --format '{{.CreatedBy}}|{{.Size}}|{{.Comment}}' busybox
                history nosuch
                import -m 'a message' -c 'ENV A=b' -c 'CMD ["sh"]' -c 'EXPOSE 80' -c 'LABEL l=v' <rootfs> imported:v1
                import -c 'NOSUCH x' <rootfs> imported:v2
                import -c 'RUN x' <rootfs>
                import /etc/hostname
                import /nosuch
                image inspect -f '{{json .Config}}|{{.Os}}|{{.Architecture}}|{{.Author}}|{{.Comment}}' imported:v1
                image inspect -f '{{.GraphDriver.Name}}|{{len .RootFS.Layers}}|{{len .GraphDriver.Data}}' imported:v1
                history imported:v1
                save -o <folder>/one.tar imported:v1
                save -o /nosuch/x busybox
                save nosuch
                rmi imported:v1
                load -i <folder>/one.tar
                load -q -i <folder>/one.tar
                load -i /etc/hostname
                load -i /nosuch
                images --format {{.Repository}}:{{.Tag}} imported
                run --rm --network none imported:v1 sh -c 'echo $A'
                rmi imported:v1
                image prune -f
                image prune -f --filter nosuch=1
                image prune -f --filter until=x
                image prune -f --filter label=nosuch
                search --limit 1000 x
                push UPPER
                """);
    }

    @Test
    @DisplayName(
            "Top, stats, update, rename, wait, port and inspect of a container with network, port, volume and health")
    void oneContainer() {
        compare("""
                run -d --name seen -p 127.0.0.1:18080:80 -e A=b -l x=y -v vol1:/v --health-cmd true busybox sleep 1000
                port seen
                port seen 80
                port seen 81
                port seen 80/udp
                top nosuch
                top seen --nosuch
                stats --no-stream --format '{{.Name}}|{{.PIDs}}' seen
                stats --no-stream nosuch
                rename seen other
                rename other seen
                rename nosuch x
                update -m 64m --memory-swap 128m seen
                update --cpus 0.5 --cpu-shares 512 --pids-limit 50 seen
                update --restart on-failure:3 seen
                update --restart x seen
                update seen
                inspect -f '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.CpuShares}} {{.HostConfig.PidsLimit}}' seen
                inspect -f '{{json .HostConfig.RestartPolicy}} {{json .HostConfig.PortBindings}} {{json .HostConfig.Binds}}' seen
                inspect -f '{{json .NetworkSettings.Ports}} {{len .NetworkSettings.Networks}} {{json .Config.Healthcheck}}' seen
                inspect -f '{{len .GraphDriver.Data}} {{.GraphDriver.Name}}' seen
                ps --filter publish=18080 --format {{.Names}}
                ps --filter publish=80 --format {{.Names}}
                ps --filter expose=80/tcp --format '{{.Names}} {{.Ports}}'
                ps --filter network=bridge --format '{{.Names}} {{.Networks}}'
                ps --filter network=none --format {{.Names}}
                ps --filter volume=vol1 --format '{{.Names}} {{.Mounts}} {{.LocalVolumes}}'
                ps --filter volume=/v --format {{.Names}}
                volume rm vol1
                stop -t 0 seen
                wait seen
                wait nosuch
                ps -a --filter publish=18080 --format {{.Names}}
                rm -fv seen
                volume rm vol1
                """);
    }

    @Test
    @DisplayName("Networks are made, shown, joined, left, pruned and removed as with dockerd")
    void networks() {
        compare("""
                network ls
                network ls --format '{{.Name}} {{.Driver}} {{.Scope}} {{.IPv6}} {{.Internal}} {{.Labels}}'
                network ls --filter driver=bridge --format {{.Name}}
                network ls --filter type=custom
                network ls --filter type=x
                network ls --filter dangling=x
                network create --label a=b --subnet 10.88.0.0/24 --gateway 10.88.0.1 --ip-range 10.88.0.128/25 netted
                network create netted
                network create --driver nosuch other
                network create --subnet 10.88.0.0/25 inner
                network create bridge
                network inspect netted
                network ls -q --filter label=a
                run -d --name joins --network none busybox sleep 1000
                network connect netted joins
                network connect nosuch joins
                network connect netted nosuch
                rm -f joins
                run -d --name joins busybox sleep 1000
                network connect --alias al --ip 10.88.0.200 netted joins
                network connect netted joins
                inspect -f '{{with .NetworkSettings.Networks.netted}}{{.IPAddress}} {{.Gateway}} {{.IPPrefixLen}} {{.MacAddress}}{{end}}' joins
                ps --filter network=netted --format {{.Names}}
                network rm netted
                network disconnect netted joins
                network disconnect netted joins
                rm -f joins
                network prune -f --filter label=nosuch
                network prune -f --filter label!=a
                network prune -f --filter until=x
                network prune -f --filter nosuch=1
                network prune -f
                network inspect nosuch
                network rm nosuch
                network rm bridge
                """);
    }

    @Test
    @DisplayName("Volumes, disk usage and prune are told as with dockerd")
    void volumesAndUsage() {
        compare("""
                volume create --label a=b vol2
                volume create vol2
                volume create --driver nosuch vol3
                volume create a/b
                volume ls
                volume ls -q
                volume ls --format '{{.Name}} {{.Driver}} {{.Scope}} {{.Labels}} {{.Status}}'
                volume ls --filter dangling=true -q
                volume ls --filter dangling=x
                volume ls --filter nosuch=1
                volume ls --filter label=a=b -q
                volume inspect -f '{{.Name}} {{.Driver}} {{json .Labels}} {{.Scope}}' vol2
                volume inspect nosuch
                volume rm nosuch
                volume rm -f nosuch
                run -d --name uses --network none -v vol2:/v -v /w busybox sh -c 'echo 12345 > /v/a; echo x > /made; sleep 1000'
                exec uses cat /v/a
                volume rm vol2
                volume rm -f vol2
                system df
                system df --format '{{.Type}} {{.TotalCount}} {{.Active}} {{.Size}} {{.Reclaimable}}'
                system df -v --format '{{range .Containers}}{{.Names}} {{.LocalVolumes}} {{.Size}}{{end}}'
                stop -t 0 uses
                container prune -f --filter until=x
                container prune -f --filter until=24h
                container prune -f --filter label=nosuch
                system prune -f --filter nosuch=1
                system prune -f --filter until=24h
                system prune -f
                volume prune -f --filter label=nosuch
                volume prune -f --filter label!=a
                volume prune -f --filter nosuch=1
                volume prune -f --filter until=1h
                volume rm vol2
                volume ls -q
                system df
                """);
    }

    @Test
    @DisplayName(
            "B2: what images, containers and volumes take is told as with dockerd, and a size that cannot be kept is"
                    + " refused in its words")
    void sizes() {
        compare("""
                volume create sized
                run -d --name sizes --network none -v sized:/v busybox sleep 1000
                exec sizes sh -c 'echo 12345 > /v/a; echo x > /made; rm /bin/sort'
                exec sizes dd if=/dev/zero of=/big bs=1000 count=7 status=none
                ps -s --format '{{.Names}} {{.Size}}'
                inspect -s -f '{{.SizeRw}} {{.SizeRootFs}}' sizes
                commit sizes sized:1
                system df
                system df -v
                images --format '{{.Repository}} {{.Size}}' sized
                rm -f sizes
                system df -v
                rmi sized:1
                volume rm sized
                create --storage-opt size=10m --network none busybox true
                create --storage-opt colour=red --network none busybox true
                ps -aq
                """);
    }

    @Test
    @DisplayName("Events of lives are told in the same words, and filtered alike")
    void events() {
        // Not what another test did in this second.
        Instant now = Instant.now();
        String since = "%d.%09d".formatted(now.getEpochSecond(), now.getNano());
        compare("""
                run --rm --name evx --network none -l a=b busybox true
                create --name evy --network none -v evol:/v busybox sleep 1000
                start evy
                exec evy true
                pause evy
                unpause evy
                rename evy evz
                update -m 64m evz
                commit evz evimg
                tag evimg evimg:2
                kill evz
                wait evz
                restart -t 0 evz
                stop -t 0 evz
                export -o <folder>/x.tar evz
                rm -v evz
                rmi evimg evimg:2
                network create evnet
                network rm evnet
                volume rm evol
                """);
        String until = Long.toString(Instant.now().getEpochSecond() + 1);
        SoftAssertions all = new SoftAssertions();
        for (String filters : List.of(
                "",
                "--filter type=container",
                "--filter event=start",
                "--filter container=evx",
                "--filter label=a=b",
                "--filter image=busybox --filter event=die",
                "--filter type=image",
                "--filter type=volume --filter event=create",
                "--filter network=evnet",
                "--filter daemon=nosuch",
                "--filter scope=local --filter event=create",
                "--filter event=exec_create")) {
            String line = "events --since " + since + " --until " + until + " " + filters;
            all.assertThat(told(engine.docker("1.41", CliComparison.words(line))))
                    .as(line)
                    .isEqualTo(told(daemon.docker(CliComparison.words(line))));
        }
        all.assertAll();
    }

    /** Each as often as it was told for one script: there it was run twice for dockerd, and three times here. */
    private static String told(Program events) {
        return events.run().requireOk().lines().stream()
                .map(line -> Masks.masked(line).replaceFirst("^\\S+ ", ""))
                .distinct()
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    @Test
    @DisplayName("Info and version name what clients look for")
    void info() {
        for (String field : List.of(
                "Driver",
                "LoggingDriver",
                "CgroupDriver",
                "CgroupVersion",
                "OSType",
                "Architecture",
                "NCPU",
                "MemTotal",
                "OperatingSystem",
                "KernelVersion",
                "MemoryLimit",
                "SwapLimit",
                "PidsLimit",
                "CPUSet",
                "Swarm.LocalNodeState",
                "IndexServerAddress",
                "Images")) {
            String format = "{{." + field + "}}";
            assertThat(engine.docker("1.41", "info", "-f", format).ok())
                    .as(field)
                    .isEqualTo(daemon.docker("info", "-f", format).ok());
        }
        assertThat(engine.docker("", "info", "-f", "{{.RuncCommit.ID}}").ok()).matches("(crun )?[0-9].*");
    }
}
