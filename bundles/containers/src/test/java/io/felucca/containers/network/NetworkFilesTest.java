package io.felucca.containers.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.HostConfig;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.LogSettings;
import io.felucca.containers.spec.Specs;
import io.felucca.engine.EngineRoot;
import io.felucca.network.spi.LinkDriver.HostsEntry;
import io.felucca.networks.Sandbox;
import io.felucca.networks.Sandboxes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class NetworkFilesTest {

    private static final String ID = "ab".repeat(32);

    @TempDir
    Path folder;

    private ContainerFiles files;
    private NetworkFiles networkFiles;

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(folder.resolve("etc"));
        Files.writeString(folder.resolve("etc/hosts"), "127.0.0.1 machine\n");
        Files.writeString(
                folder.resolve("etc/resolv.conf"),
                "# by hand\nnameserver 192.0.2.1\nsearch a.example b.example\noptions rotate\n");
        Files.createDirectories(folder.resolve("run"));
        Files.writeString(folder.resolve("run/resolv.conf"), "nameserver 192.0.2.53\noptions rotate\n");
        files = new ContainerFiles(new EngineRoot() {
            @Override
            public String id() {
                return "x";
            }

            @Override
            public Path dataRoot() {
                return folder;
            }

            @Override
            public Path execRoot() {
                return folder;
            }
        });
        Files.createDirectories(files.folder(ID));
    }

    private ContainerRecord write(String network, List<String> dns, List<String> search, List<String> extraHosts) {
        ContainerConfig config = new ContainerConfig(
                "box",
                "example",
                "",
                false,
                false,
                false,
                null,
                false,
                false,
                false,
                null,
                List.of("x"),
                null,
                "x",
                null,
                "",
                null,
                null,
                "",
                null);
        Map<String, Object> values = new HashMap<>(Map.of("networkMode", network));
        values.put("dns", dns);
        values.put("dnsSearch", search);
        values.put("extraHosts", extraHosts);
        HostConfig host = Specs.host(values);
        ContainerRecord record = new ContainerRecord(
                ID,
                "n",
                Instant.EPOCH,
                Digest.ofHex(ID),
                "linux",
                config,
                host,
                "vfs",
                "",
                IdMap.NONE,
                "oci",
                network,
                new LogSettings("json-file", true, -1, 1, false, false, false),
                List.of(),
                null);
        Sandboxes sandboxes = (Sandboxes) java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Sandboxes.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "hasNames" -> false;
                    case "resolverFile" -> folder.resolve("run/resolv.conf");
                    case "dns" -> new Sandboxes.Dns(List.of(), List.of(), List.of());
                    default -> throw new IllegalStateException(method.getName());
                });
        networkFiles = new NetworkFiles(null, files, sandboxes, folder.resolve("etc"));
        networkFiles.write(record, Sandbox.NONE, List.of());
        return record;
    }

    private static List<HostsEntry> entries(int first, int count) throws IOException {
        List<HostsEntry> entries = new ArrayList<>();
        for (int i = first; i < first + count; i++) {
            byte[] address = {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
            entries.add(new HostsEntry(InetAddress.getByAddress(address), List.of("peer" + i)));
        }
        return entries;
    }

    @Test
    void withoutANetworkHostsHasTheLoopbackAndWhatWasAdded() throws IOException {
        write("none", List.of(), List.of(), List.of("db:10.0.0.7", "six:::1"));

        assertThat(Files.readString(files.hosts(ID)))
                .startsWith("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n")
                .endsWith("ff02::2\tip6-allrouters\n10.0.0.7\tdb\n::1\tsix\n");
        assertThat(Files.readString(files.hostname(ID))).isEqualTo("box.example\n");
        assertThat(Files.readString(files.resolvConf(ID)))
                .isEqualTo(Files.readString(folder.resolve("run/resolv.conf")));
    }

    @Test
    void withTheHostsNetworkHostsIsTheMachines() throws IOException {
        write("host", List.of(), List.of(), List.of());

        assertThat(Files.readString(files.hosts(ID))).isEqualTo("127.0.0.1 machine\n");
        assertThat(Files.readString(files.resolvConf(ID)))
                .isEqualTo(Files.readString(folder.resolve("etc/resolv.conf")));
    }

    @Test
    void nameServersThatWereAskedForReplaceTheMachines() throws IOException {
        write("none", List.of("203.0.113.5"), List.of("."), List.of());

        assertThat(Files.readString(files.resolvConf(ID))).isEqualTo("nameserver 203.0.113.5\noptions rotate\n");
    }

    @Test
    @DisplayName("A change of links takes its own lines away and adds what is missing; what the container wrote stays")
    void editsKeepWhatSomebodyWrote() throws IOException {
        ContainerRecord record = write("none", List.of(), List.of(), List.of());
        String own = Files.readString(files.hosts(ID));
        Files.writeString(files.hosts(ID), own + "10.0.0.1\tpeer1\nby hand\nby hand\n10.0.0.2\tpeer2");

        networkFiles.relink(record, entries(1, 1), entries(2, 2));

        assertThat(files.hosts(ID)).hasContent(own + "by hand\nby hand\n10.0.0.2\tpeer2\n10.0.0.3\tpeer3\n");
    }

    @Test
    @Timeout(60)
    @DisplayName("A hosts file of many lines is edited in a time that grows with it, not with lines times names (T11)")
    void manyLinesAreReadOnce() throws IOException {
        ContainerRecord record = write("none", List.of(), List.of(), List.of());
        Files.writeString(files.hosts(ID), "x\n".repeat(2_000_000));

        networkFiles.relink(record, entries(0, 20_000), entries(20_000, 20_000));

        assertThat(Files.size(files.hosts(ID))).isGreaterThan(4_000_000 + 20_000 * 10);
    }

    @Test
    @DisplayName("A container that makes its hosts file huge has it left alone, and fills no heap (T11)")
    void aHugeFileIsLeftAlone() throws IOException {
        ContainerRecord record = write("none", List.of(), List.of(), List.of());
        try (RandomAccessFile file = new RandomAccessFile(files.hosts(ID).toFile(), "rw")) {
            file.setLength(8L << 30);
        }

        networkFiles.relink(record, entries(0, 1), entries(1, 1));

        assertThat(Files.size(files.hosts(ID))).isEqualTo(8L << 30);
        Files.delete(files.hosts(ID));
    }

    @Test
    void aHugeFileOfTheHostIsRefused() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("etc/hosts").toFile(), "rw")) {
            file.setLength(8L << 30);
        }

        assertThatThrownBy(() -> write("host", List.of(), List.of(), List.of()))
                .isInstanceOf(FeluccaException.class)
                .hasMessage("cannot read " + folder.resolve("etc/hosts") + ": it is larger than 8 MiB");
    }
}
