package io.felucca.itests.engine;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.DriverJar;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A stranger's driver: dropped into a folder or installed by a command, used, upgraded, taken away. */
class DropInIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    private static byte[] driver(String version) {
        return DriverJar.storage(
                EngineUnderTest.home().resolve("bundles"), "org.example.stranger", "stranger", version);
    }

    @Test
    @DisplayName("B1, T27: a jar dropped into the deploy folder is a driver; without it what needs it says so")
    void B1_dropIn() throws IOException {
        Path deploy = Files.createDirectories(engine.folder().resolve("deploy"));
        engine.stop();
        engine.start(java.util.List.of("--deploy-root", deploy.toString()));
        assertThat(engine.ok("driver", "ls")).doesNotContain("stranger");

        Files.write(deploy.resolve("stranger.jar"), driver("1.0.0"));

        await().untilAsserted(() -> assertThat(engine.ok("driver", "ls")).contains("storage/stranger"));
        String id = engine.runDetached("--storage-opt", "driver=stranger", "busybox", "sleep", "1000");
        assertThat(engine.inspect(id).path("Driver").textValue()).isEqualTo("stranger");

        Files.write(deploy.resolve("stranger.jar"), driver("1.1.0"));
        await().untilAsserted(() -> assertThat(engine.ok("driver", "ls")).contains("1.1.0"));
        assertThat(engine.ok("exec", id, "echo", "runs")).isEqualTo("runs");
        assertThat(engine.runOnce("--storage-opt", "driver=stranger", "busybox", "echo", "new")
                        .ok())
                .isEqualTo("new");
        engine.ok("rm", "-f", id);

        Files.delete(deploy.resolve("stranger.jar"));
        await().untilAsserted(() -> assertThat(engine.ok("driver", "ls")).doesNotContain("stranger"));
        Result without = engine.runOnce("--storage-opt", "driver=stranger", "busybox", "true")
                .run();
        assertThat(without.exit()).isEqualTo(125);
        assertThat(without.err()).contains("stranger");
        assertThat(engine.runOnce("busybox", "echo", "fine").ok()).isEqualTo("fine");
    }

    @Test
    @DisplayName("T27: driver install takes a bundle from the user, refuses what is none, and names in it stay inside")
    void T27_install() throws IOException {
        Path jar = Files.write(engine.folder().resolve("stranger.jar"), driver("2.0.0"));
        engine.ok("driver", "install", jar.toString());
        assertThat(engine.ok("driver", "ls")).contains("storage/stranger");
        engine.ok("driver", "uninstall", "org.example.stranger");
        assertThat(engine.ok("driver", "ls")).doesNotContain("stranger");

        Path noBundle = Files.writeString(engine.folder().resolve("none.jar"), "no jar at all");
        assertThat(engine.fails(1, "driver", "install", noBundle.toString()))
                .contains("cannot install driver bundle felucca:none.jar: this is no jar");
        Path escaping = Files.write(engine.folder().resolve("escaping.jar"), escaping());
        engine.felucca("driver", "install", escaping.toString()).run();
        try (var found = Files.walk(engine.folder())) {
            assertThat(found.filter(file -> file.getFileName().toString().equals("escaped")))
                    .isEmpty();
        }
        assertThat(engine.runOnce("busybox", "echo", "fine").ok()).isEqualTo("fine");
        engine.felucca("driver", "uninstall", "org.example.escaping").run();
    }

    private static byte[] escaping() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
        manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", "org.example.escaping");
        manifest.getMainAttributes().putValue("Bundle-ClassPath", ".,../../../../escaped");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
            out.putNextEntry(new JarEntry("../../../../escaped"));
            out.write(new byte[] {'x'});
            out.closeEntry();
        }
        return bytes.toByteArray();
    }
}
