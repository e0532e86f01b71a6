package io.felucca.shell.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException;
import io.felucca.engine.DriverBundles;
import io.felucca.engine.EngineVersion;
import io.felucca.shell.remote.CommandClient;
import io.felucca.shell.remote.CommandClient.Result;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EngineCommandsTest {

    private final EngineVersion version = () ->
            new EngineVersion.Version("0.1.0", "abc", "2026-11-24T12:00:00Z", "linux", "amd64", "6.18.0", "17.0.15");
    private final OneBundle bundles = new OneBundle();
    private final CommandClient client = new CommandClient(EngineCommands.functions(version, bundles));

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void versionTellsTheEngines() throws Exception {
        assertThat(client.run("version").succeeds().out())
                .contains("  Version:          0.1.0\n")
                .contains("  API version:      1.51 (minimum version 1.24)\n");
        assertThat(client.run("version", "-f", "{{.Server.Version}} {{.Server.Os}}")
                        .succeeds()
                        .out())
                .isEqualTo("28.3.0+felucca linux\n");
        assertThat(client.run("version", "-f", "{{").code()).isEqualTo(64);
        assertThat(client.run("--version").succeeds().out()).isEqualTo("Felucca version 0.1.0, build abc\n");
        assertThat(client.run("help", "version").succeeds().out()).startsWith("Usage:  felucca version [OPTIONS]\n");
        assertThat(client.run("help").succeeds().out()).startsWith("Usage:  felucca [OPTIONS] COMMAND\n");
    }

    @Test
    @DisplayName("B1: drivers are listed, replaced, stopped and started by command")
    void driversAreAdministered() throws Exception {
        client.files.put("new.jar", "jar");

        assertThat(client.run("driver", "ls").succeeds().out())
                .isEqualTo("ID        BUNDLE                        VERSION   STATE     DRIVERS\n"
                        + "26        io.felucca.storage.overlay2   1         ACTIVE    storage/overlay2\n");
        assertThat(client.run("driver", "update", "overlay2", "new.jar")
                        .succeeds()
                        .out())
                .isEqualTo("io.felucca.storage.overlay2 2 ACTIVE\n");
        assertThat(bundles.jar).isEqualTo("jar");
        assertThat(client.run("driver", "stop", "overlay2").succeeds().out())
                .isEqualTo("io.felucca.storage.overlay2 2 RESOLVED\n");
        assertThat(client.run("driver", "stop", "api"))
                .isEqualTo(new Result(1, "", "Error response from daemon: No such driver: api\n"));
        assertThat(client.run("driver", "update", "overlay2").err())
                .startsWith("felucca: 'felucca driver update' requires 2 arguments\n");
        assertThat(client.run("driver", "nosuch"))
                .isEqualTo(new Result(
                        1,
                        "",
                        "felucca: unknown command: felucca driver nosuch\n\nUsage:  felucca driver\n\n"
                                + "Run 'felucca driver --help' for more information\n"));
        assertThat(client.run("driver", "updaet").err())
                .isEqualTo("felucca: unknown command: felucca driver updaet\n\nUsage:  felucca driver\n\n"
                        + "Did you mean 'felucca driver update'?\n\n"
                        + "Run 'felucca driver --help' for more information\n");
    }

    private static final class OneBundle implements DriverBundles {

        private DriverBundle bundle =
                new DriverBundle(26, "io.felucca.storage.overlay2", "1", "ACTIVE", List.of("storage/overlay2"));
        private String jar;

        @Override
        public List<DriverBundle> list() {
            return List.of(bundle);
        }

        @Override
        public DriverBundle install(InputStream in, String location) {
            throw FeluccaException.conflict("installed already");
        }

        @Override
        public DriverBundle update(String name, InputStream in) {
            try {
                jar = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw FeluccaException.system("reading the jar failed", e);
            }
            return change("2", "ACTIVE");
        }

        private DriverBundle change(String newVersion, String state) {
            bundle = new DriverBundle(26, bundle.symbolicName(), newVersion, state, bundle.drivers());
            return bundle;
        }

        @Override
        public DriverBundle stop(String name) {
            if (!name.equals("overlay2")) {
                throw FeluccaException.notFound("No such driver: " + name);
            }
            return change(bundle.version(), "RESOLVED");
        }

        @Override
        public DriverBundle start(String name) {
            return change(bundle.version(), "ACTIVE");
        }

        @Override
        public void uninstall(String name) {
            throw FeluccaException.forbidden("not this one");
        }
    }
}
