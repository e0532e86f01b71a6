package io.felucca.itests.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.docker.DockerDaemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** OCI runtimes by name: those of the machine, and those that daemon.json adds. */
@Timeout(300)
class RuntimesIT {

    private static final Path FOLDER = folder();

    @RegisterExtension
    static final DockerDaemon daemon = DockerDaemon.withBusybox();

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox(
            "--bridge", "none", "--config-file", FOLDER.resolve("daemon.json").toString());

    /** A runtime that notes its words, and does what runc does; it is configured before the engine starts. */
    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory(Path.of("/tmp"), "fl");
            Path program = folder.resolve("noted-runc");
            Files.writeString(program, "#!/bin/sh\necho \"$*\" >> " + folder.resolve("words") + "\nexec runc \"$@\"\n");
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.writeString(
                    folder.resolve("daemon.json"),
                    "{\"runtimes\": {\"noted\": {\"path\": \"" + program
                            + "\", \"runtimeArgs\": [\"--rootless=false\"]}}}");
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void removeFolder() {
        Rootfs.delete(FOLDER);
    }

    @Test
    @DisplayName("--runtime names a runtime of the machine, and the container stays with it")
    void byName() {
        for (String name : new String[] {"crun", "runc"}) {
            engine.runDetached("--name", "by-" + name, "--runtime", name, "busybox", "sleep", "1000");
            assertThat(engine.inspect("by-" + name).at("/HostConfig/Runtime").textValue())
                    .isEqualTo(name);
            assertThat(engine.execRoot()
                            .resolve("runtime-oci")
                            .resolve(name)
                            .resolve(engine.inspect("by-" + name).path("Id").textValue()))
                    .exists();
        }

        engine.stop();
        engine.start();

        for (String name : new String[] {"crun", "runc"}) {
            assertThat(engine.ok("exec", "by-" + name, "echo", "lives")).isEqualTo("lives");
            engine.ok("rm", "-f", "by-" + name);
        }
    }

    @Test
    @DisplayName("daemon.json's runtimes are used with their arguments, and shown by info")
    void configured() throws IOException {
        assertThat(engine.runOnce("--runtime", "noted", "busybox", "echo", "hello")
                        .ok())
                .isEqualTo("hello");

        assertThat(Files.readString(FOLDER.resolve("words"))).contains("--rootless=false create");
        JsonNode runtimes = EngineUnderTest.json(
                engine.docker("1.41", "info", "--format", "{{json .Runtimes}}").ok());
        assertThat(runtimes.path("noted").path("path").textValue())
                .isEqualTo(FOLDER.resolve("noted-runc").toString());
        assertThat(runtimes.fieldNames()).toIterable().contains("crun", "noted", "oci", "runc");
    }

    @Test
    @DisplayName("a runtime that nobody knows is refused in dockerd's words")
    void unknown() {
        String[] words = {"run", "--rm", "--network", "none", "--runtime", "nope", "busybox", "true"};

        assertThat(engine.docker("1.41", words).run().requireExit(125).err())
                .isEqualTo(daemon.docker(words).run().requireExit(125).err())
                .contains("nknown runtime specified nope");
    }
}
