package io.felucca.itests.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.ElfProgram;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Rootfs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the default seccomp profile keeps away, by programs that do nothing but the call (T26). */
class SystemCallIT {

    private static final int EPERM = 1;

    /** Numbers of x86-64. */
    private static final Map<String, byte[]> CALLS = new TreeMap<>(Map.of(
            "keyctl", new ElfProgram().call(250, 0, -3, 0).ending(),
            "add_key", new ElfProgram().call(248, 0, 0, 0).ending(),
            "request_key", new ElfProgram().call(249, 0, 0, 0).ending(),
            "bpf", new ElfProgram().call(321, 0, 0, 0).ending(),
            "socket-af-alg", new ElfProgram().call(41, 38, 5, 0).ending(),
            "socket-af-vsock", new ElfProgram().call(41, 40, 1, 0).ending(),
            "unshare-user", new ElfProgram().call(272, 0x10000000, 0, 0).ending(),
            "userfaultfd", new ElfProgram().call(323, 0, 0, 0).ending(),
            "kexec-load", new ElfProgram().call(246, 0, 0, 0).ending(),
            "getpid", new ElfProgram().call(39, 0, 0, 0).ending()));

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.empty();

    @BeforeAll
    static void importCalls() {
        Rootfs rootfs = Rootfs.create("calls.tar");
        CALLS.forEach((name, program) -> rootfs.file(name, 0755, program));
        engine.ok("import", rootfs.done().toString(), "calls");
    }

    private static int call(String name, String... options) {
        List<String> words = new ArrayList<>(List.of(options));
        words.addAll(List.of("calls", "/" + name));
        return engine.runOnce(words.toArray(String[]::new)).run().exit();
    }

    @Test
    @DisplayName("T26: keyctl, bpf, AF_ALG, AF_VSOCK, new user namespaces and their like are denied in a container")
    void T26_denied() {
        Map<String, Integer> codes = new TreeMap<>();
        CALLS.keySet().forEach(name -> codes.put(name, call(name)));

        assertThat(codes.remove("getpid")).as("others are allowed").isEqualTo(256 - 1);
        assertThat(codes).allSatisfy((name, code) -> assertThat(code).as(name).isEqualTo(EPERM));
    }

    @Test
    @DisplayName("T26: it is the profile that denies them: without it the kernel answers itself")
    void T26_unconfined() {
        assertThat(call("keyctl", "--security-opt", "seccomp=unconfined")).isNotEqualTo(EPERM);
        assertThat(call("request_key", "--security-opt", "seccomp=unconfined")).isNotEqualTo(EPERM);
        assertThat(call("bpf", "--privileged")).isNotEqualTo(EPERM);
        assertThat(call("socket-af-alg", "--privileged")).isNotEqualTo(EPERM);
    }
}
