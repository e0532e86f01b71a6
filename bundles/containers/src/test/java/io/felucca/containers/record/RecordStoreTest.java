package io.felucca.containers.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.Digest;
import io.felucca.IdMap;
import io.felucca.containers.Container.Status;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.HostConfig;
import io.felucca.containers.MountSpec;
import io.felucca.images.ImageConfig;
import io.felucca.linux.ProcessId;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.LinkDriver;
import io.felucca.network.spi.LinkDriver.HostsEntry;
import io.felucca.network.spi.NetworkDriver.Opening;
import io.felucca.network.spi.Protocol;
import io.felucca.networks.PortBinding;
import io.felucca.networks.Sandbox;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordStoreTest {

    private static final String ID = "ab".repeat(32);

    @TempDir
    Path folder;

    private ContainerFiles files;
    private RecordStore store;

    @BeforeEach
    void open() {
        files = new ContainerFiles(folder.resolve("containers"), folder.resolve("c"));
        store = new RecordStore(files);
        store.makeFolder(files.folder(ID));
    }

    private static ContainerRecord record() {
        ContainerConfig config = new ContainerConfig(
                "h",
                "d",
                "u",
                true,
                true,
                false,
                Set.of("80/tcp"),
                true,
                true,
                true,
                List.of("A=1", "B"),
                List.of("x"),
                new ImageConfig.Healthcheck(List.of("CMD", "x"), 1, 2, 3, 4, 5),
                "busybox",
                Set.of("/v"),
                "/w",
                null,
                Map.of("k", "{\"v\"}\n名"),
                "TERM",
                7);
        HostConfig host = new HostConfig(
                "none",
                new HostConfig.RestartPolicy("on-failure", 3),
                false,
                new HostConfig.LogConfig("json-file", Map.of("max-size", "1m")),
                List.of("ALL"),
                null,
                null,
                null,
                null,
                null,
                List.of("a:1.2.3.4"),
                Map.of("80/tcp", List.of(new PortBinding("127.0.0.1", "8080"))),
                true,
                List.of("/db:/web/db"),
                "",
                "",
                "",
                "",
                "",
                true,
                true,
                List.of("seccomp=unconfined"),
                Map.of("/t", "size=1m"),
                List.of("/a:/b:ro"),
                List.of(new MountSpec(
                        "volume", "v", "/c", true, "", null, new MountSpec.Volume(true, null, "s", "", null), null)),
                List.of("other:ro"),
                "local",
                64 << 20,
                Map.of("net.x", "1"),
                "oci",
                Map.of("driver", "overlay2", "size", "1G"),
                "",
                new HostConfig.Resources(
                        1,
                        2,
                        3,
                        60L,
                        Boolean.TRUE,
                        4,
                        5,
                        6,
                        7,
                        8,
                        9,
                        "0",
                        "0",
                        10L,
                        new HostConfig.BlockIo(
                                10, List.of(new HostConfig.DeviceLimit("/dev/a", 11)), null, null, null, null),
                        List.of(new HostConfig.Device("/dev/a", "/dev/b", "rwm")),
                        List.of("c 1:3 r"),
                        List.of(new HostConfig.Ulimit("nofile", 1, 2))),
                -5,
                Map.of("a", "b"),
                Boolean.FALSE,
                List.of(),
                null,
                new HostConfig.ConsoleSize(24, 80));
        return new ContainerRecord(
                ID,
                "web",
                Instant.parse("2026-11-24T13:18:31.822626894Z"),
                Digest.ofHex("cd".repeat(32)),
                "linux",
                config,
                host,
                "overlay2",
                "ef".repeat(32),
                new IdMap(List.of(new IdMap.Range(0, 100000, 65536)), List.of()),
                "oci",
                "none",
                new LogSettings("json-file", true, 20_000_000, 5, false, false, false),
                List.of(new ContainerMount("volume", "v", "", "/c", "z", true, "", true, false, "s", null, "")),
                Map.of(
                        "n",
                        new io.felucca.networks.EndpointSpec("10.0.0.2", "", List.of("db:d"), List.of("w"), "", null)));
    }

    @Test
    @DisplayName("S153: what links brought is read back as it was written, by IPv4 and IPv6")
    void linksAreKept() {
        InetAddress ipv4 = Cidr.parseAddress("10.0.0.2");
        InetAddress ipv6 = Cidr.parseAddress("fd00::2");
        LinkDriver.Link brings = new LinkDriver.Link(
                List.of(new HostsEntry(ipv4, List.of("db", "h")), new HostsEntry(ipv6, List.of("db"))),
                List.of("DB_NAME=/web/db"),
                List.of(new Opening(Cidr.parseAddress("fd00::3"), ipv6, Protocol.UDP, 53)));
        ContainerState state = ContainerState.CREATED.withSandbox(
                Sandbox.NONE.withLinks(List.of(new Sandbox.Link("cd".repeat(32), "db", brings))));
        store.write(ID, state);
        assertThat(store.findLife(ID)).contains(state);
    }

    @Test
    void recordsReadBackAsTheyWereWritten() {
        ContainerState state = ContainerState.CREATED
                .toStart()
                .started(new ProcessId("boot", 12, 34), new ProcessId("boot", 56, 78), Instant.now());
        store.write(record());
        store.write(ID, state);
        store.syncNew(ID);

        assertThat(store.ids()).containsExactly(ID);
        assertThat(store.findConfig(ID)).contains(record());
        assertThat(store.findLife(ID)).contains(state);
        assertThat(state.processId()).contains(new ProcessId("boot", 12, 34));
    }

    @Test
    void fieldsThatALaterVersionAddedAreSkipped() throws IOException {
        store.write(ID, ContainerState.CREATED);
        String json = Files.readString(files.state(ID));
        Files.writeString(files.state(ID), json.replaceFirst("\\{", "{\"later\":{\"a\":[1]},"));

        assertThat(store.findLife(ID)).contains(ContainerState.CREATED);
    }

    @Test
    void aStateThatIsTornReadsAsLostAndOneThatIsNotThereAsNone() throws IOException {
        assertThat(store.findLife(ID)).isEmpty();
        assertThat(store.findConfig(ID)).isEmpty();
        for (String torn : List.of("", "{", "{}", "null", "\0\0\0\0")) {
            Files.writeString(files.state(ID), torn);
            assertThat(store.findLife(ID)).as(torn).contains(ContainerState.LOST);
            Files.writeString(files.config(ID), torn);
            assertThat(store.findConfig(ID)).as(torn).isEmpty();
        }
    }

    @Test
    @DisplayName("T16: records are the engine's alone, and folders can be passed and not listed")
    void T16_modes() throws IOException {
        store.write(record());

        assertThat(mode(files.config(ID))).isEqualTo("rw-------");
        assertThat(mode(files.folder(ID))).isEqualTo("rwx--x--x");
        assertThat(mode(files.containers())).isEqualTo("rwx--x--x");
        assertThat(mode(files.tasks())).isEqualTo("rwx--x--x");
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void whatIsNoContainersFolderIsNotListed() throws IOException {
        Files.createDirectories(files.containers().resolve("lost+found"));
        Files.createDirectories(files.containers().resolve("ab"));

        assertThat(store.ids()).containsExactly(ID);
    }

    @Test
    void aStartThatFailsLeavesTheStateThatWas() {
        ContainerState ended = ContainerState.CREATED.ended(3, false, Instant.EPOCH);
        ContainerState intent = ended.toStart();

        assertThat(intent.status()).isEqualTo(Status.EXITED);
        assertThat(intent.starting()).isTrue();
        assertThat(intent.run()).isEqualTo(1);
        assertThat(intent.notStarted(127, "why").status()).isEqualTo(Status.EXITED);
        assertThat(intent.notStarted(127, "why").run()).isEqualTo(1);
        assertThat(intent.notStarted(127, "why").finishedAt()).isEqualTo(Instant.EPOCH);
    }
}
