package io.felucca.itests.uml;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers where AppArmor is on; {@link CgroupV2IT} runs this under its kernel. The words are dockerd 20.10.24's, seen there. */
class AppArmorContainers {

    private static final String CONFINED = "docker-default (enforce)";

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    private static String profileOf(String... options) {
        String id = detached(options);
        String shown = engine.ok("inspect", "-f", "{{.AppArmorProfile}}", id);
        String inExec = engine.ok("exec", id, "cat", "/proc/self/attr/current");
        assertThat(engine.ok("exec", id, "cat", "/proc/1/attr/current"))
                .as("its first process, and one of an exec")
                .isEqualTo(inExec);
        return shown + ": " + inExec;
    }

    private static String detached(String... options) {
        String[] words = new String[options.length + 3];
        System.arraycopy(options, 0, words, 0, options.length);
        words[options.length] = "busybox";
        words[options.length + 1] = "sleep";
        words[options.length + 2] = "1000";
        return engine.runDetached(words);
    }

    @Test
    @DisplayName("T26 info names apparmor, and a container is confined by docker-default unless it asked for another")
    void T26_containersAreConfined() {
        assertThat(engine.ok("info", "-f", "{{json .SecurityOptions}}"))
                .isEqualTo("[\"name=apparmor\",\"name=seccomp,profile=default\",\"name=cgroupns\"]");
        assertThat(profileOf()).isEqualTo("docker-default: " + CONFINED);
        assertThat(profileOf("--security-opt", "apparmor=unconfined")).isEqualTo("unconfined: unconfined");
        assertThat(profileOf("--privileged")).isEqualTo("unconfined: unconfined");
        assertThat(profileOf("--privileged", "--security-opt", "apparmor=docker-default"))
                .isEqualTo("docker-default: " + CONFINED);
        String created = engine.ok("create", "--security-opt", "apparmor:unconfined", "busybox", "true");
        assertThat(engine.ok("inspect", "-f", "{{.AppArmorProfile}}", created)).isEqualTo("unconfined");
        assertThat(engine.ok("inspect", "-f", "{{.AppArmorProfile}}", engine.ok("create", "busybox", "true")))
                .isEmpty();
    }

    @Test
    @DisplayName("T3 T26 with nothing masked and all capabilities the profile alone refuses what reaches the kernel")
    void T3_theProfileRefuses() {
        String confined = detached("--cap-add", "ALL", "--security-opt", "systempaths=unconfined");
        String free = detached(
                "--cap-add",
                "ALL",
                "--security-opt",
                "systempaths=unconfined",
                "--security-opt",
                "apparmor=unconfined");
        // Opened for writing, and nothing written.
        for (String file : new String[] {"/proc/sysrq-trigger", "/proc/sys/kernel/panic", "/proc/sys/vm/swappiness"}) {
            String[] open = {"sh", "-c", ": >>" + file};
            assertThat(exec(free, open)).as(file).isEmpty();
            assertThat(exec(confined, open)).as(file).contains("Permission denied");
        }
        assertThat(exec(confined, "mount", "-t", "tmpfs", "tmpfs", "/home")).contains("denied");
        assertThat(exec(free, "mount", "-t", "tmpfs", "tmpfs", "/home")).isEmpty();
        assertThat(exec(confined, "sh", "-c", "ps >/dev/null && kill -0 1 && : >>/proc/self/oom_score_adj"))
                .as("what the profile lets through")
                .isEmpty();
    }

    private static String exec(String container, String... words) {
        String[] all = new String[words.length + 2];
        all[0] = "exec";
        all[1] = container;
        System.arraycopy(words, 0, all, 2, words.length);
        return engine.felucca(all).run().err();
    }

    @Test
    @DisplayName("T26 a profile that is not loaded fails the start in Docker's words")
    void T26_anUnknownProfileFails() {
        String error = engine.fails(
                127,
                "run",
                "--name",
                "bad",
                "--network",
                "none",
                "--security-opt",
                "apparmor=nothere",
                "busybox",
                "true");
        assertThat(error)
                .contains(": Error response from daemon: failed to create shim task: OCI runtime create failed: ")
                .contains(
                        " create failed: unable to start container process: error during container init: unable to apply"
                                + " apparmor profile: apparmor failed to apply profile: write /proc/self/attr/apparmor/exec: no such"
                                + " file or directory: unknown");
        assertThat(engine.ok("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}} {{.AppArmorProfile}}", "bad"))
                .isEqualTo("created 127 nothere");
    }

    @Test
    @DisplayName("T26 a default that was taken away is loaded again at the next start")
    void T26_theDefaultIsLoadedAgain() {
        engine.runOnce("busybox", "true").ok();
        Program.of("sh", "-c", "printf docker-default >/sys/kernel/security/apparmor/.remove")
                .run()
                .requireOk();
        assertThat(engine.runOnce("busybox", "cat", "/proc/self/attr/current").ok())
                .isEqualTo(CONFINED);
    }
}
