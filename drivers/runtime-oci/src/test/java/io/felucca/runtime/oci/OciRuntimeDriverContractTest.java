package io.felucca.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.linux.kernel.LibSeccomp;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.linux.kernel.socket.KernelSockets;
import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.runtime.spi.RuntimeDriver.Task;
import io.felucca.testkit.runtime.RuntimeDriverContract;
import io.felucca.testkit.runtime.RuntimeTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
@DisplayName("the runtime that is chosen here")
class OciRuntimeDriverContractTest extends RuntimeDriverContract {

    private Path directory;

    @Override
    protected RuntimeDriver driver(Path folder) {
        directory = folder;
        return driver("", folder);
    }

    @Test
    @DisplayName("T26 the filter is there in an exec too, and nothing of a container is left in the runtime's folder")
    void filterIsKeptUntilDelete() throws IOException {
        Map<String, Object> spec = bundle().spec(cgroup() + "/f1", List.of("sleep", "1000"), false);
        Map<String, Object> linux = new LinkedHashMap<>();
        ((Map<?, ?>) spec.get("linux")).forEach((key, value) -> linux.put((String) key, value));
        linux.put(
                "seccomp",
                Map.of(
                        "defaultAction",
                        "SCMP_ACT_ALLOW",
                        "architectures",
                        List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"),
                        "syscalls",
                        List.of(Map.of("names", List.of("mkdir"), "action", "SCMP_ACT_ERRNO", "errnoRet", 28))));
        spec.put("linux", linux);
        RuntimeDriver driver = driver("", directory);
        Task made = bundle().task("f1", spec).create(driver);
        driver.start("f1");
        RuntimeTask exec =
                bundle().task("e1", bundle().process(List.of("grep", "Seccomp:.2", "/proc/self/status"), false));
        exec.exec(driver, "f1", () -> {});
        await().until(() -> Files.exists(exec.exitDirectory().resolve("exit")));
        assertThat(exec.exitDirectory().resolve("exit")).hasContent("0");

        driver.delete("f1", true);

        for (String name : List.of("crun", "runc")) {
            Path state = directory.resolve(name);
            if (Files.exists(state)) {
                try (Stream<Path> files = Files.list(state)) {
                    assertThat(files).isEmpty();
                }
            }
        }
        await().until(() -> !Files.exists(Path.of("/proc/" + made.monitorPid())));
    }

    static RuntimeDriver driver(String runtime, Path directory) {
        return new OciRuntimeDriver(
                new RuntimeSettings(runtime, "", directory),
                new KernelProcesses(),
                new KernelSockets(),
                new LibSeccomp());
    }
}
