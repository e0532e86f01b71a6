package io.felucca.containers.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.Digest;
import io.felucca.IdMap;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.HostConfig;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.LogSettings;
import io.felucca.containers.spec.Specs;
import io.felucca.engine.EngineRoot;
import io.felucca.networks.Sandbox;
import io.felucca.networks.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkFilesTest {

    private static final String ID = "ab".repeat(32);

    @TempDir
    Path folder;

    private ContainerFiles files;

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

    private void write(String network, List<String> dns, List<String> search, List<String> extraHosts) {
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
                new LogSettings("json-file", true, -1, 1, false),
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
        new NetworkFiles(null, files, sandboxes, folder.resolve("etc")).write(record, Sandbox.NONE, List.of());
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
}
