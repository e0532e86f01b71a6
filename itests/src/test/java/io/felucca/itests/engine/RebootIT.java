package io.felucca.itests.engine;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.MachineState;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Rootfs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * B3 over a restart of the host: processes, cgroups, mounts, namespaces, bridges, rules and the exec root are gone, and the
 * kernel has another boot id. Each start of the engine is in a mount namespace of its own, in which a file of its own is
 * the boot id, and in a network namespace that a restart removes.
 */
@Timeout(300)
class RebootIT {

    private static final String NAMESPACE =
            "felucca-rb-" + ProcessHandle.current().pid();
    private static final String MACHINE = "test -e /run/netns/" + NAMESPACE + " || ip netns add " + NAMESPACE
            + "; exec nsenter --net=/run/netns/" + NAMESPACE + " unshare --mount --propagation private sh -ec '"
            + "ip link set lo up; mount -t tmpfs tmpfs /mnt; cat /proc/sys/kernel/random/uuid >/mnt/boot_id;"
            + " mount --bind /mnt/boot_id /proc/sys/kernel/random/boot_id; umount -l /mnt; exec \"$@\"' sh \"$@\"";
    private static final int EACH = 3;

    @RegisterExtension
    static final EngineUnderTest engine =
            EngineUnderTest.withBusybox("--bridge", "felucca0").startedBy("sh", "-c", MACHINE, "sh");

    private final Map<String, String> expected = new TreeMap<>();

    @AfterAll
    static void removeNamespace() {
        engine.removeContainers();
        Program.of("ip", "netns", "delete", NAMESPACE).run();
    }

    private void run(String after, String name, String... words) {
        List<String> all = new ArrayList<>(List.of("run", "-d", "--name", name));
        all.addAll(List.of(words));
        engine.ok(all.toArray(String[]::new));
        expected.put(name, after);
    }

    @Test
    @DisplayName("B3: after a restart of the host containers are as their policies say, with all that they use")
    void B3_theHostRestarts() {
        engine.ok("network", "create", "--subnet", "10.62.0.0/24", "users");
        engine.ok("volume", "create", "kept");
        begin();
        String before = bootId();

        playRestartOfTheHost();
        engine.start();

        assertThat(bootId()).isNotEqualTo(before);
        await().untilAsserted(() -> assertThat(states()).isEqualTo(expected));
        allIsUsable();

        // Nobody but the engine's driver makes them again, with what runs in them.
        for (String bridge : bridges()) {
            Program.of("ip", "-n", NAMESPACE, "link", "delete", bridge).ok();
        }
        allIsUsable();
        assertThat(bridges()).contains("felucca0").hasSize(2);
        engine.ok("run", "--rm", "busybox", "true");
        engine.ok("restart", "-t", "0", "db", "web0");
        await().untilAsserted(() -> assertThat(linked("web0")).isEqualTo("db"));
        engine.ok("restart", "-t", "0", "named");
        engine.removeContainers();
        engine.ok("network", "rm", "users");
        engine.ok("volume", "rm", "kept");
    }

    private static List<String> bridges() {
        return Program.of("ip", "-n", NAMESPACE, "-o", "link", "show", "type", "bridge")
                .ok()
                .lines()
                .map(line -> line.split(": ")[1])
                .toList();
    }

    private void begin() {
        run("running", "db", "--restart", "always", "--expose", "5432", "busybox", "sh", "-c", server("5432", "db"));
        run(
                "running",
                "named",
                "--restart",
                "always",
                "--network",
                "users",
                "busybox",
                "sh",
                "-c",
                server("80", "named"));
        for (int i = 0; i < EACH; i++) {
            run(
                    "running",
                    "web" + i,
                    "--restart",
                    "unless-stopped",
                    "--link",
                    "db:db",
                    "-v",
                    "kept:/kept",
                    "-p",
                    "127.0.0.1:808" + i + ":80",
                    "busybox",
                    "sh",
                    "-c",
                    "echo web" + i + " >>/kept/web" + i + "; " + server("80", "web" + i));
            run(
                    "running",
                    "shares" + i,
                    "--restart",
                    "always",
                    "--network",
                    "container:web" + i,
                    "busybox",
                    "sleep",
                    "1000");
            run("running", "asks" + i, "--restart", "on-failure", "--network", "users", "busybox", "sleep", "1000");
            run("exited", "stopped" + i, "--restart", "unless-stopped", "busybox", "sleep", "1000");
            run("exited", "without" + i, "busybox", "sleep", "1000");
            run("", "goes" + i, "--rm", "busybox", "sleep", "1000");
            engine.ok("stop", "-t", "0", "stopped" + i);
        }
        expected.values().removeIf(String::isEmpty);
        allIsUsable();
    }

    private static String server(String port, String answer) {
        return "exec nc -ll -p " + port + " -e echo " + answer;
    }

    private static String said(String container, String port) {
        return engine.felucca("exec", container, "nc", "127.0.0.1", port).run().line();
    }

    private static String linked(String container) {
        return engine.felucca("exec", container, "nc", "db", "5432").run().line();
    }

    private void allIsUsable() {
        for (int i = 0; i < EACH; i++) {
            String number = Integer.toString(i);
            await().untilAsserted(() -> {
                assertThat(published("808" + number)).isEqualTo("web" + number);
                assertThat(said("shares" + number, "80")).isEqualTo("web" + number);
                assertThat(linked("web" + number)).isEqualTo("db");
                assertThat(engine.felucca("exec", "asks" + number, "nc", "named", "80")
                                .run()
                                .line())
                        .isEqualTo("named");
                assertThat(engine.ok("exec", "web" + number, "cat", "/kept/web" + number))
                        .startsWith("web" + number);
            });
        }
    }

    /** What the host's own programs get there. */
    private static String published(String port) {
        return Program.of("ip", "netns", "exec", NAMESPACE, "busybox", "nc", "127.0.0.1", port)
                .run()
                .line();
    }

    private static Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        engine.ok("ps", "-a", "--format", "{{.Names}} {{.State}}").lines().forEach(line -> {
            String[] words = line.split(" ");
            states.put(words[0].split(",")[0], words[1]);
        });
        return states;
    }

    private static String bootId() {
        return Program.of(
                        "nsenter",
                        "--mount=/proc/" + engine.pid() + "/ns/mnt",
                        "cat",
                        "/proc/sys/kernel/random/boot_id")
                .ok();
    }

    /** The power goes: nothing that runs can write anything any more, so monitors are killed first. */
    private static void playRestartOfTheHost() {
        engine.kill();
        for (String monitors : List.of("conmon", "")) {
            await().until(() -> {
                List<String> left = MachineState.processesOf(engine.folder()).stream()
                        .filter(line -> line.contains(monitors))
                        .toList();
                left.forEach(
                        line -> Program.of("kill", "-9", line.split(" ")[0]).run());
                return left.isEmpty();
            });
        }
        Program.of("ip", "netns", "delete", NAMESPACE).ok();
        await().until(() -> {
            List<String> groups = MachineState.cgroupsOf(engine.folder());
            groups.stream()
                    .sorted(Comparator.reverseOrder())
                    .forEach(group -> Path.of(group).toFile().delete());
            return groups.isEmpty();
        });
        assertThat(MachineState.mountsUnder(engine.folder())).isEmpty();
        Rootfs.delete(engine.execRoot());
        assertThat(engine.execRoot()).doesNotExist();
    }
}
