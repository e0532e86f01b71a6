package io.felucca.itests.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.docker.CliComparison;
import io.felucca.itests.fixture.docker.DockerDaemon;
import io.felucca.itests.fixture.docker.Masks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Every form of {@code -v} and {@code --mount}, good and bad, to dockerd 20.10 and to this engine. */
@Timeout(600)
class VolumeComparisonIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @RegisterExtension
    static final DockerDaemon daemon = DockerDaemon.withBusybox();

    private static final String CREATE_FAILED =
            "docker: Error response from daemon: failed to create shim task: OCI runtime"
                    + " create failed: <runtime> create failed: unable to start container process: error during container init:"
                    + " mount `";

    /** Lines that differ on purpose: what this engine's answer begins with after masking, each with its reason. */
    private static final Map<String, String> ALLOWED = Map.ofEntries(
            // Refused at once; 20.10 makes a container that cannot start.
            Map.entry(
                    "create --name odd2 --network none -v / busybox true",
                    "exit 1\n-- stderr\nError response from daemon: invalid mount config for type \"volume\": invalid"
                            + " specification: destination can't be '/'\n"),
            Map.entry(
                    "create --network none -v '' busybox true",
                    "exit 1\n-- stderr\nError response from daemon: invalid mount config for type \"volume\": invalid"
                            + " specification: destination can't be '/'\n"),
            Map.entry(
                    "create --name odd3 --network none --tmpfs /t:bad busybox true",
                    "exit 1\n-- stderr\nError response from daemon: invalid tmpfs option [\"bad\"]\n"),
            // The same, by the runtime there: T6.
            Map.entry(
                    "run --rm --network none -v aa:/proc busybox true",
                    "exit 125\n-- stderr\ndocker: Error response from daemon: invalid mount over /proc: it must be of type"
                            + " proc"),
            Map.entry(
                    "run --rm --network none -v aa:/proc/self busybox true",
                    "exit 125\n-- stderr\ndocker: Error response from daemon: \"/proc/self\" cannot be mounted because it is"
                            + " inside /proc"),
            // What cannot be made is told as such; 20.10 goes on to the runtime.
            Map.entry(
                    "run --rm --network none -v <folder>/file/x:/y busybox true",
                    "exit 125\n-- stderr\ndocker: Error response from daemon: error while creating mount source path"
                            + " '<folder>/file/x': "),
            // It is told which volume it was.
            Map.entry(
                    "create --network none -v bad:/home busybox true",
                    "exit 1\n-- stderr\nError response from daemon: error while mounting volume"
                            + " '<root>/volumes/bad/_data': failed to mount local volume: mount tmpfs:"),
            // The runtime is crun.
            Map.entry(
                    "run --rm --network none -v <folder>/file:/etc busybox true",
                    "exit 125\n-- stderr\n" + CREATE_FAILED
                            + "<folder>/file` to `etc`: Not a directory: unknown: Are you"
                            + " trying to mount a directory onto a file (or vice-versa)? Check if the specified host path"
                            + " exists and is the expected type"),
            Map.entry(
                    "run --rm --network none -v <folder>/dir:/etc/passwd busybox true",
                    "exit 125\n-- stderr\n" + CREATE_FAILED + "<folder>/dir` to `etc/passwd`: Not a directory: unknown:"
                            + " Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified"
                            + " host path exists and is the expected type"));

    /** 20.10 has mounts in an order of chance, and so has the docker command what it is given by -v. */
    private static final Pattern UNORDERED = Pattern.compile("(?:inspect|ps) .*");

    @TempDir
    private static Path folder;

    @BeforeAll
    static void fillFolder() throws IOException {
        Files.createDirectory(folder.resolve("dir"));
        Files.writeString(folder.resolve("file"), "of the host\n");
    }

    @AfterEach
    void removeAll() {
        daemon.removeContainers();
        for (String name : daemon.docker("volume", "ls", "-q").run().lines()) {
            daemon.docker("volume", "rm", name).ok();
        }
        engine.removeContainers();
        for (String name :
                engine.felucca("volume", "ls", "-q").run().requireOk().lines()) {
            engine.ok("volume", "rm", name);
        }
    }

    private static void compare(String script) {
        SoftAssertions all = new SoftAssertions();
        for (String line : script.strip().lines().map(String::strip).toList()) {
            String[] words = CliComparison.words(line.replace("<folder>", folder.toString()));
            String theirs = told(line, daemon.docker(words).run());
            String ours = told(line, engine.docker("1.41", words).run());
            if (ALLOWED.containsKey(line) && !ours.equals(theirs)) {
                all.assertThat(ours).as(line).startsWith(ALLOWED.get(line));
            } else {
                all.assertThat(ours).as(line).isEqualTo(theirs);
            }
        }
        all.assertAll();
    }

    private static String told(String line, Result result) {
        String told = Masks.told(line, result).replace(folder.toString(), "<folder>");
        return UNORDERED.matcher(line).matches()
                ? Stream.of(told.split("[\\s,|{}\\[\\]]+")).sorted().collect(Collectors.joining(" "))
                : told;
    }

    @Test
    @DisplayName("S120 S121 S124 S125 S126 S129: -v in all its forms")
    void shortForms() {
        compare("""
                create --name cc --network none -v /webapp busybox true
                inspect -f '{{json .Mounts}} {{json .HostConfig.Binds}} {{json .Config.Volumes}}' cc
                rm -v cc
                create --name cc --network none -v one:/a -v two:/b:ro -v three:/c/../d/ -v <folder>/dir:/e -v <folder>/file:/f:ro,Z busybox true
                inspect -f '{{json .Mounts}}' cc
                inspect -f '{{json .HostConfig.Binds}} {{json .Config.Volumes}}' cc
                ps -a --no-trunc --format '{{.Mounts}}|{{.LocalVolumes}}'
                rm -v cc
                volume rm one two three
                create --name cc --network none -v one:/a:z -v one:/b:Z,ro -v one:/c:nocopy -v one:/d:cached -v one:/g:ro,nocopy,z,delegated busybox true
                inspect -f '{{json .Mounts}}' cc
                rm -v cc
                volume rm one
                create --name cc --network none -v <folder>/dir:/a:rslave -v <folder>/dir:/b:rprivate,ro -v <folder>/dir:/c:shared -v <folder>/dir:/d:slave,z busybox true
                create --network none -v /tmp:/x:rprivate busybox true
                inspect -f '{{json .Mounts}}' cc
                rm -v cc
                create --network none -v '' busybox true
                create --name odd --network none -v : busybox true
                rm -v odd
                create --network none -v :/x busybox true
                create --network none -v /x: busybox true
                create --name odd --network none -v a busybox true
                rm -v odd
                create --name odd --network none -v a:b busybox true
                rm -v odd
                create --name odd --network none -v a:ro busybox true
                rm -v odd
                create --network none -v /a:ro busybox true
                create --network none -v a:/b:c:d busybox true
                create --network none -v aa:/b: busybox true
                create --name odd2 --network none -v / busybox true
                create --network none -v aa:/ busybox true
                create --network none -v /tmp:/ busybox true
                create --network none -v /tmp:/x/.. busybox true
                create --network none -v aa:rel busybox true
                create --network none -v /tmp:rel busybox true
                create --name odd --network none -v x:/y busybox true
                rm -v odd
                create --network none -v a@b:/y busybox true
                create --network none -v a/b:/y busybox true
                create --network none -v -a:/y busybox true
                create --network none -v aa:/y:bad busybox true
                create --network none -v aa:/y:ro,rw busybox true
                create --network none -v aa:/y:ro,ro busybox true
                create --network none -v aa:/y:z,Z busybox true
                create --network none -v aa:/y:,ro busybox true
                create --network none -v aa:/y:RO busybox true
                create --network none -v aa:/y:rslave busybox true
                create --network none -v aa:/y:cached,delegated busybox true
                create --network none -v /tmp:/y:nocopy busybox true
                create --network none -v /tmp:/y:rslave,rshared busybox true
                create --network none -v aa:/y -v bb:/y busybox true
                create --network none -v aa:/y -v bb:/y/ busybox true
                create --network none -v aa:/y -v /tmp:/y busybox true
                create --network none -v aa:/y --tmpfs /y busybox true
                create --network none -v /y --tmpfs /y busybox true
                create --pull never --network none --volume-driver nosuch -v aa:/y busybox true
                create --pull never --network none --volume-driver nosuch -v /y busybox true
                create --name cc --network none --volume-driver local -v aa:/y -v /z -v /tmp:/t busybox true
                inspect -f '{{json .Mounts}} {{.HostConfig.VolumeDriver}}' cc
                rm -v cc
                volume rm aa
                create --name cc --network none --tmpfs /t:size=1m --tmpfs /u busybox true
                inspect -f '{{json .Mounts}} {{json .HostConfig.Tmpfs}}' cc
                rm cc
                create --network none --tmpfs t busybox true
                create --name odd3 --network none --tmpfs /t:bad busybox true
                create --network none --tmpfs / busybox true
                run --rm --network none -v <folder>/file/x:/y busybox true
                run --rm --network none -v <folder>/file:/etc busybox true
                run --rm --network none -v <folder>/dir:/etc/passwd busybox true
                run --rm --network none -v aa:/etc/passwd busybox true
                run --rm --network none -v /etc/passwd busybox true
                run --rm --network none -v aa:/proc busybox true
                run --rm --network none -v aa:/proc/self busybox true
                """);
    }

    @Test
    @DisplayName("--volumes-from in all its forms (S133)")
    void volumesFrom() {
        compare("""
                create --name src --network none -v one:/a -v /b -v <folder>/dir:/c:ro busybox true
                create --name cc --network none --volumes-from src busybox true
                inspect -f '{{json .Mounts}} {{json .HostConfig.VolumesFrom}}' cc
                rm cc
                create --name cc --network none --volumes-from src:ro busybox true
                inspect -f '{{json .Mounts}} {{json .HostConfig.VolumesFrom}}' cc
                rm cc
                create --name cc --network none --volumes-from src:rw -v two:/a busybox true
                inspect -f '{{json .Mounts}}' cc
                rm cc
                create --name cc --network none --volumes-from src:z busybox true
                inspect -f '{{json .Mounts}}' cc
                rm cc
                create --network none --volumes-from src:bad busybox true
                create --network none --volumes-from src:nocopy busybox true
                create --network none --volumes-from src:rslave busybox true
                create --name odd --network none --volumes-from src: busybox true
                rm odd
                create --network none --volumes-from nosuch busybox true
                create --network none --volumes-from '' busybox true
                create --network none --volumes-from :ro busybox true
                rm -v src
                volume rm one two
                """);
    }

    @Test
    @DisplayName("--mount in all its forms")
    void longForms() {
        compare("""
                create --name cc --network none --mount target=/a --mount type=volume,src=one,dst=/b,readonly --mount source=two,destination=/c,volume-nocopy,volume-label=k=v,volume-driver=local busybox true
                inspect -f '{{json .Mounts}}' cc
                inspect -f '{{json .HostConfig.Mounts}}' cc
                volume inspect -f '{{json .Labels}} {{json .Options}} {{.Driver}}' two
                rm -v cc
                volume rm one two
                create --name cc --network none --mount type=bind,source=<folder>/dir,target=/a --mount type=bind,source=<folder>/file,target=/b,readonly,bind-propagation=rslave --mount type=bind,src=/tmp,dst=/c,ro=true,consistency=cached busybox true
                inspect -f '{{json .Mounts}}' cc
                inspect -f '{{json .HostConfig.Mounts}}' cc
                rm -v cc
                create --name cc --network none --mount type=tmpfs,target=/a --mount type=tmpfs,target=/b,tmpfs-size=1m,tmpfs-mode=700 busybox true
                inspect -f '{{json .Mounts}}' cc
                inspect -f '{{json .HostConfig.Mounts}}' cc
                rm -v cc
                create --name cc --network none --mount type=volume,src=mem,dst=/m,volume-opt=type=tmpfs,volume-opt=device=tmpfs,volume-opt=o=size=1m busybox true
                volume inspect -f '{{json .Options}}' mem
                rm -v cc
                volume rm mem
                create --name cc --network none --mount type=volume,dst=/m,volume-label=a=b busybox true
                inspect -f '{{json .Mounts}}' cc
                rm -v cc
                create --network none --mount '' busybox true
                create --network none --mount type=volume busybox true
                create --network none --mount type=volume,target= busybox true
                create --network none --mount type=,target=/x busybox true
                create --network none --mount type=nosuch,target=/x busybox true
                create --network none --mount target=/ busybox true
                create --network none --mount target=x busybox true
                create --network none --mount target=/x,nosuch=1 busybox true
                create --network none --mount target=/x,nosuch busybox true
                create --network none --mount target=/x,readonly=maybe busybox true
                create --network none --mount target=/x,readonly busybox true
                create --network none --mount target=/x,bind-propagation=rslave busybox true
                create --network none --mount target=/x,tmpfs-size=1m busybox true
                create --network none --mount type=bind,target=/x busybox true
                create --network none --mount type=bind,source=,target=/x busybox true
                create --network none --mount type=bind,source=rel,target=/x busybox true
                create --network none --mount type=bind,source=/nosuch,target=/x busybox true
                create --network none --mount type=bind,source=/tmp,target=/x,volume-nocopy busybox true
                create --network none --mount type=bind,source=/tmp,target=/x,bind-propagation=bad busybox true
                create --network none --mount type=tmpfs,source=x,target=/x busybox true
                create --network none --mount type=tmpfs,target=/x,tmpfs-size=many busybox true
                create --network none --mount type=tmpfs,target=/x,tmpfs-mode=999 busybox true
                create --network none --mount type=tmpfs,target=/x,volume-nocopy busybox true
                create --network none --mount type=volume,source=a/b,target=/x busybox true
                create --network none --mount type=volume,source=x,target=/x busybox true
                create --pull never --network none --mount type=volume,source=aa,target=/x,volume-driver=nosuch busybox true
                create --network none --mount type=volume,source=aa,target=/x,volume-opt=nosuch=1 busybox true
                create --network none --mount type=volume,source=aa,target=/x,volume-opt=type=tmpfs busybox true
                create --network none --mount type=volume,source=aa,target=/x,volume-opt=size=1m busybox true
                create --network none --mount type=volume,source=aa,target=/x,volume-nocopy=maybe busybox true
                create --network none --mount target=/x --mount target=/x busybox true
                create --network none -v aa:/x --mount source=bb,target=/x busybox true
                create --network none -v /x --mount source=bb,target=/x busybox true
                """);
    }

    @Test
    @DisplayName("Options of local volumes: what is refused, and what cannot be mounted when it is used")
    void localOptions() {
        compare("""
                volume create -o size=1m zz
                volume create -o size=many zz
                volume create -o size=-1 zz
                volume create -o type=nfs zz
                volume create -o device=x zz
                volume create -o o=x zz
                volume create -o type=nfs -o o=addr=x zz
                volume create -o nosuch=1 zz
                volume create -o type=nfs -o device=:/x -o o=addr=127.0.0.1,nosuchoption far
                run --rm --network none -v far:/x busybox true
                volume create -o type=nfs -o device=:/x -o o=addr=nosuch.invalid away
                volume create -o type=nosuch -o device=x odd
                run --rm --network none -v odd:/x busybox true
                volume create -o type=none -o device=/nosuch -o o=bind gone
                run --rm --network none -v gone:/x busybox true
                volume create -o type=tmpfs -o device=tmpfs -o o=nosuch=1 bad
                run --rm --network none -v bad:/x busybox true
                create --name later --network none -v bad:/x busybox true
                create --network none -v bad:/home busybox true
                start later
                rm later
                volume create -o type=tmpfs -o device=tmpfs -o o=size=1m,uid=5,mode=700 mem
                run --rm --network none -v mem:/x busybox sh -c 'stat -c "%a %u" /x; df -k /x | tail -n1'
                run --rm --network none -v below:/y -w /y/of/it busybox find /y
                volume create -o type=ext4 -o device=<folder>/file disk
                run --rm --network none -v disk:/x busybox true
                volume create -o type=tmpfs -o device=tmpfs mem
                volume create -d nosuch mem
                volume inspect mem
                volume rm far away odd gone bad mem disk
                """);
    }

    private static String prune(Path socket, String version, String filters) {
        return Masks.masked(Program.of(
                        "curl",
                        "-s",
                        "-X",
                        "POST",
                        "--unix-socket",
                        socket.toString(),
                        "http://d/v" + version + "/volumes/prune?filters=" + filters)
                .ok());
    }

    @Test
    @DisplayName("S123 prune takes all volumes that nobody uses up to API 1.41, from 1.42 on those that nobody named")
    void prune() {
        String all = "%7B%22all%22%3A%5B%22true%22%5D%7D";
        assertThat(prune(engine.socket(), "1.41", all)).isEqualTo(prune(daemon.socket(), "1.41", all));

        engine.ok("volume", "create", "named");
        engine.ok("volume", "create");
        assertThat(prune(engine.socket(), "1.42", "%7B%7D"))
                .matches("\\{\"VolumesDeleted\":\\[\"<id>\"],\"SpaceReclaimed\":0}\\s*");
        assertThat(prune(engine.socket(), "1.42", all))
                .matches("\\{\"VolumesDeleted\":\\[\"named\"],\"SpaceReclaimed\":0}\\s*");

        for (Path socket : List.of(engine.socket(), daemon.socket())) {
            Program.of("docker", "volume", "create", "named")
                    .env("DOCKER_HOST", "unix://" + socket)
                    .env("DOCKER_API_VERSION", "1.41")
                    .ok();
        }
        assertThat(prune(engine.socket(), "1.41", "%7B%7D")).isEqualTo(prune(daemon.socket(), "1.41", "%7B%7D"));
    }
}
