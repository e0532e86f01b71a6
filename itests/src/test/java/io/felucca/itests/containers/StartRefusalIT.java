package io.felucca.itests.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.MachineState;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an engine is asked for and cannot have: it does not start, as dockerd does not. */
@Timeout(300)
class StartRefusalIT {

    /** Keys of daemon.json that are not called as their flag. */
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("add-runtime", "runtimes"),
            Map.entry("authorization-plugin", "authorization-plugins"),
            Map.entry("default-address-pool", "default-address-pools"),
            Map.entry("default-ulimit", "default-ulimits"),
            Map.entry("dns-opt", "dns-opts"),
            Map.entry("exec-opt", "exec-opts"),
            Map.entry("host", "hosts"),
            Map.entry("insecure-registry", "insecure-registries"),
            Map.entry("label", "labels"),
            Map.entry("log-opt", "log-opts"),
            Map.entry("node-generic-resource", "node-generic-resources"),
            Map.entry("registry-mirror", "registry-mirrors"),
            Map.entry("storage-opt", "storage-opts"));

    private static final Set<String> FLAGS_ONLY = Set.of("config-file", "help", "version", "validate");

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory(Path.of("/tmp"), "fl");
    }

    @AfterEach
    void nothingIsLeft() {
        try {
            MachineState.requireNothingOf(folder);
        } finally {
            Rootfs.delete(folder);
        }
    }

    /** Runs an engine whose data root lies on an overlay, which no other overlay can write to. */
    private Result onAnOverlay(String... engine) {
        List<String> words = new ArrayList<>(List.of(
                "unshare",
                "--net",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-ec",
                "cd \"$1\"; shift; mkdir t d; mount -t tmpfs tmpfs t; mkdir t/l t/u t/w;"
                        + " mount -t overlay -o lowerdir=t/l,upperdir=t/u,workdir=t/w overlay d; exec \"$@\"",
                "sh",
                folder.toString()));
        words.addAll(List.of(engine));
        words.addAll(List.of(
                "--data-root",
                folder + "/d",
                "--exec-root",
                folder + "/x",
                "--host",
                "unix://" + folder + "/s",
                "--pidfile",
                folder + "/p",
                "--storage-driver",
                "overlay2"));
        return new Program(words).env("TMPDIR", folder.toString()).run(120);
    }

    @Test
    @DisplayName("A storage driver that cannot work on the data root keeps the engine from starting, and says why")
    void aDriverThatCannotWork() {
        Result dockerd = onAnOverlay("dockerd");
        assertThat(dockerd.exit()).isNotZero();
        assertThat(dockerd.err()).contains("error initializing graphdriver: ");

        Rootfs.delete(folder.resolve("t"));
        Rootfs.delete(folder.resolve("d"));
        Result felucca = onAnOverlay(EngineUnderTest.program(), "engine", "--bridge", "none");
        assertThat(felucca.exit()).isEqualTo(1);
        assertThat(felucca.err())
                .contains("felucca engine: error initializing graphdriver: ")
                .contains("overlay2");
        assertThat(folder.resolve("s")).doesNotExist();
        assertThat(folder.resolve("p")).doesNotExist();
    }

    @Test
    @DisplayName("S27: the engine runs as root: another user's is refused at once, as dockerd's")
    void anotherUser() {
        String[] user = {"setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups"};
        for (String engine : List.of("dockerd", EngineUnderTest.program() + " engine")) {
            List<String> words = new ArrayList<>(List.of(user));
            words.addAll(List.of(engine.split(" ")));
            words.addAll(
                    List.of("--data-root", folder + "/u", "--exec-root", folder + "/x", "--pidfile", folder + "/p"));
            words.addAll(List.of("--host", "unix://" + folder + "/s"));
            Result refused = new Program(words).run(120);
            assertThat(refused.exit()).as(engine).isEqualTo(1);
            assertThat(refused.err()).as(engine).contains("root privileges");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    @DisplayName("Each key of daemon.json that dockerd has is known")
    void theKeysOfDockerd() throws IOException {
        Set<String> keys = new TreeSet<>();
        String help = Program.of("dockerd", "--help").run().requireOk().out();
        Matcher flag = Pattern.compile("(?m)^ +(?:-\\w, +)?--([a-z0-9-]+)").matcher(help);
        while (flag.find()) {
            if (!FLAGS_ONLY.contains(flag.group(1))) {
                keys.add(KEYS.getOrDefault(flag.group(1), flag.group(1)));
            }
        }
        assertThat(keys).contains("live-restore", "data-root", "runtimes").hasSizeGreaterThan(50);

        Result asked = readKeys(keys);
        assertThat(asked.err()).contains("no engine runs");
        assertThat(asked.exit()).isZero();
        keys.add("no-such-key");
        assertThat(readKeys(keys).err())
                .contains("the following directives don't match any configuration option: no-such-key");
    }

    /** Has the command read a file with these keys, and stop an engine that is not there. */
    private Result readKeys(Set<String> keys) throws IOException {
        Path file = folder.resolve("daemon.json");
        Files.writeString(
                file, keys.stream().map(key -> "\"" + key + "\": null").collect(Collectors.joining(",\n", "{", "}")));
        return Program.of(
                        EngineUnderTest.program(),
                        "engine",
                        "--stop",
                        "--config-file",
                        file.toString(),
                        "--pidfile",
                        folder + "/p")
                .run();
    }
}
