package io.felucca.itests.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.servers.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Images travel between the engine and Debian's docker-registry. */
@Timeout(300)
class RegistryIT {

    private static final String API = "1.41";

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path folder;

    private static String digestOf(String output) {
        int at = output.indexOf("sha256:", Math.max(output.indexOf("digest: "), output.indexOf("Digest: ")));
        return output.substring(at, at + "sha256:".length() + 64);
    }

    private Program docker(String... words) {
        return engine.docker(API, words)
                .env("DOCKER_CONFIG", folder.resolve("docker").toString());
    }

    private static void forget(String image) {
        engine.ok("rmi", image);
        assertThat(engine.ok("images", "-q", image)).isEmpty();
    }

    @Test
    @DisplayName("S19, S28, S99: docker pushes, pulls back with the same digest, and runs what is not here")
    void dockerPushesAndPulls() {
        try (RegistryServer registry = RegistryServer.plain(folder)) {
            String image = registry.host() + "/team/app:1";
            engine.ok("tag", "busybox", image);
            String pushed = digestOf(docker("push", image).ok());
            engine.ok("rmi", image);

            String out = docker("pull", image).ok();

            assertThat(digestOf(out)).isEqualTo(pushed);
            assertThat(out).contains("1: Pulling from team/app\n", "\nStatus: Downloaded newer image for " + image);
            assertThat(docker("pull", image).ok()).contains("Status: Image is up to date for " + image);
            assertThat(engine.inspect(image).path("RepoDigests").toString())
                    .contains(registry.host() + "/team/app@" + pushed);
            forget(image);
            Result run = docker("run", "--rm", "--network", "none", image, "echo", "here")
                    .run()
                    .requireOk();
            assertThat(run.out()).isEqualTo("here\n");
            assertThat(run.err()).contains("Unable to find image '" + image + "' locally");
            forget(image);
            assertThat(digestOf(docker("pull", registry.host() + "/team/app@" + pushed)
                            .ok()))
                    .isEqualTo(pushed);
            forget(registry.host() + "/team/app@" + pushed);
        }
    }

    private static void aLayerOfAnotherImageIsNotAskedFor(String image) {
        engine.ok("import", "--change", "LABEL a=b", Rootfs.busybox().toString(), image);
        engine.ok("push", image);
        forget(image);

        assertThat(engine.ok("pull", image)).contains("latest: Pulling from three\n", ": Already exists\n");
        forget(image);
    }

    @Test
    @DisplayName("S6, S19: felucca pushes and pulls; a layer that is here is not asked for again")
    void feluccaPushesAndPulls() {
        try (RegistryServer registry = RegistryServer.plain(folder)) {
            String image = registry.host() + "/one:latest";
            engine.ok("tag", "busybox", image);
            String pushed = engine.ok("push", registry.host() + "/one");
            assertThat(pushed)
                    .startsWith(
                            "Using default tag: latest\nThe push refers to repository [" + registry.host() + "/one]\n")
                    .contains(": Pushed\n");
            engine.ok("tag", "busybox", registry.host() + "/two:a");
            engine.ok("tag", "busybox", registry.host() + "/two:b");
            assertThat(engine.ok("push", "--all-tags", registry.host() + "/two"))
                    .contains(": Mounted from one\n", "\na: digest: ", "\nb: digest: ");
            assertThat(engine.ok("push", registry.host() + "/two:a")).contains(": Layer already exists\n");
            engine.ok("rmi", image);
            engine.ok("rmi", registry.host() + "/two:a");
            engine.ok("rmi", registry.host() + "/two:b");

            String pulled = engine.ok("pull", registry.host() + "/one");
            assertThat(pulled)
                    .startsWith("Using default tag: latest\nlatest: Pulling from one\nDigest: ")
                    .endsWith("\n" + image);
            assertThat(digestOf(pulled)).isEqualTo(digestOf(pushed));
            aLayerOfAnotherImageIsNotAskedFor(registry.host() + "/three:latest");
            assertThat(engine.ok("pull", "--quiet", "--all-tags", registry.host() + "/two"))
                    .isEqualTo(registry.host() + "/two");
            forget(image);
            forget(registry.host() + "/two:a");
            forget(registry.host() + "/two:b");
        }
    }

    @Test
    @DisplayName("S19: felucca's run and create pull what is not here, by --pull and --quiet, in docker's words")
    void runAndCreatePull() {
        try (RegistryServer registry = RegistryServer.plain(folder)) {
            String image = registry.host() + "/team/app:1";
            engine.ok("tag", "busybox", image);
            engine.ok("push", image);
            forget(image);
            String[] run = {"run", "--rm", "--network", "none", image, "echo", "here"};
            Result docker = docker(run).run().requireOk();
            forget(image);

            Result felucca = engine.felucca(run).run().requireOk();

            assertThat(felucca.out()).isEqualTo("here\n");
            assertThat(felucca.err())
                    .startsWith("Unable to find image '" + image + "' locally\n1: Pulling from team/app\n")
                    .isEqualTo(docker.err());
            forget(image);
            assertThat(engine.fails(125, "run", "--pull", "never", image))
                    .isEqualTo("felucca: Error response from daemon: No such image: " + image + "\n");
            assertThat(engine.fails(1, "create", "--pull=never", image))
                    .isEqualTo("Error response from daemon: No such image: " + image + "\n");
            Result created = engine.felucca("create", "-q", image, "true").run().requireOk();
            assertThat(created.err()).isEmpty();
            assertThat(engine.inspect(created.line())
                            .path("Config")
                            .path("Image")
                            .asText())
                    .isEqualTo(image);
            engine.ok("rm", created.line());
            assertThat(engine.felucca("run", "--rm", "--network", "none", "--pull", "always", image, "true")
                            .run()
                            .requireOk()
                            .err())
                    .endsWith("Status: Image is up to date for " + image + "\n");
            forget(image);
        }
    }

    @Test
    @DisplayName("S19: run of an image that its registry has not, or whose registry is not there, ends with 125")
    void runOfWhatCannotBePulled() {
        try (RegistryServer registry = RegistryServer.plain(folder)) {
            for (String image : new String[] {registry.host() + "/none:1", "127.0.0.1:1/x:latest"}) {
                String docker = docker("run", image)
                        .run()
                        .requireExit(125)
                        .err()
                        .replace("\n\nRun 'docker run --help' for more information", "")
                        .replace("docker: ", "felucca: ");
                assertThat(engine.fails(125, "run", image))
                        .startsWith("Unable to find image '" + image + "' locally\n")
                        .isEqualTo(docker);
                assertThat(engine.fails(1, "create", image))
                        .isEqualTo(docker("create", image).run().requireExit(1).err());
            }
            assertThat(engine.ok("ps", "-aq")).isEmpty();
        }
    }

    @Test
    @DisplayName("S20: what skopeo copied there, as OCI with gzip and with zstd, is pulled and runs; skopeo reads ours")
    void imagesTravelBothWays() {
        try (RegistryServer registry = RegistryServer.plain(folder)) {
            String layout = "oci:" + folder.resolve("oci") + ":x";
            String image = registry.host() + "/app:1";
            engine.ok("tag", "busybox", image);
            String pushed = digestOf(engine.ok("push", image));
            engine.ok("rmi", image);
            JsonNode seen =
                    EngineUnderTest.json(Program.of("skopeo", "inspect", "--tls-verify=false", "docker://" + image)
                            .ok());
            assertThat(seen.path("Digest").asText()).isEqualTo(pushed);
            Program.of("skopeo", "copy", "-q", "--src-tls-verify=false", "docker://" + image, layout)
                    .ok();
            for (String format : new String[] {"gzip", "zstd"}) {
                String copy = registry.host() + "/" + format + ":1";
                Program.of(
                                "skopeo",
                                "copy",
                                "-q",
                                "--dest-tls-verify=false",
                                "--dest-compress-format",
                                format,
                                layout,
                                "docker://" + copy)
                        .ok();
                engine.ok("pull", copy);
                assertThat(engine.ok("run", "--rm", "--network", "none", copy, "echo", format))
                        .isEqualTo(format);
                forget(copy);
            }
        }
    }

    @Test
    @DisplayName("S21: a wrong password is refused, a right one accepted, and a private repository then pullable")
    void loginOpensAPrivateRegistry() {
        try (RegistryServer registry = RegistryServer.withPassword(folder, "user", "secret")) {
            String image = registry.host() + "/private:1";
            engine.ok("tag", "busybox", image);
            Result refused = docker("login", "-u", "user", "-p", "wrong", registry.host())
                    .run();
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err())
                    .contains(
                            "login attempt to http://" + registry.host() + "/v2/ failed with status: 401 Unauthorized");
            Result anonymous = docker("push", image).run();
            assertThat(anonymous.exit()).isEqualTo(1);
            assertThat(anonymous.err()).contains("no basic auth credentials");

            assertThat(docker("login", "-u", "user", "-p", "secret", registry.host())
                            .ok())
                    .contains("Login Succeeded");
            docker("push", image).ok();
            engine.ok("rmi", image);
            docker("pull", image).ok();
            forget(image);
            assertThat(engine.fails(1, "pull", image)).contains("no basic auth credentials");
        }
    }

    private Program felucca(String config, String... words) {
        return engine.felucca(words).env("DOCKER_CONFIG", folder.resolve(config).toString());
    }

    @Test
    @DisplayName("S21: felucca's login and logout are docker's, in words, exit codes and config.json, which both use")
    void loginIsDockers() throws IOException {
        try (RegistryServer registry = RegistryServer.withPassword(folder, "user", "secret")) {
            String host = registry.host();
            String image = host + "/private:1";
            engine.ok("tag", "busybox", image);
            String[][] logins = {
                {"login", "-u", "user", "-p", "wrong", host},
                {"login", "-u", "user", "--password-stdin", host},
                {"login", "--password-stdin", host},
                {"login", "-u", "user", "-p", "x", "--password-stdin", host},
                {"login", "-u", "user", host},
                {"logout", "https://" + host + "/v2/"},
                {"logout", host},
                {"login", "-u", "user", "-p", "secret", host},
            };
            for (String[] words : logins) {
                Result docker = docker(words).stdin("secret\n").run();
                Result felucca = felucca("felucca", words).stdin("secret\n").run();
                assertThat(felucca.err())
                        .as(String.join(" ", words))
                        .isEqualTo(docker.err()
                                .replace(
                                        folder.resolve("docker").toString(),
                                        folder.resolve("felucca").toString()));
                assertThat(felucca.out()).as(String.join(" ", words)).isEqualTo(docker.out());
                assertThat(felucca.exit()).as(String.join(" ", words)).isEqualTo(docker.exit());
            }
            assertThat(Files.readString(folder.resolve("felucca/config.json")))
                    .isEqualTo(Files.readString(folder.resolve("docker/config.json")));

            felucca("docker", "push", image).ok();
            engine.ok("rmi", image);
            felucca("felucca", "pull", image).ok();
            forget(image);
            assertThat(felucca("felucca", "run", "--rm", "--network", "none", image, "echo", "here")
                            .ok())
                    .isEqualTo("here");
            forget(image);
            String id = felucca("felucca", "create", "-q", image, "true").ok();
            engine.ok("rm", id);
            forget(image);
            felucca("felucca", "logout", host).ok();
            assertThat(felucca("felucca", "pull", image).run().requireExit(1).err())
                    .contains("no basic auth credentials");
        }
    }

    @Test
    @DisplayName("S13, S19: what is not there, and who does not answer, is said in dockerd's words")
    void whatCannotBePulledIsSaid() {
        try (RegistryServer registry = RegistryServer.plain(folder)) {
            String image = registry.host() + "/none:1";
            assertThat(docker("pull", image).run().requireExit(1).err())
                    .isEqualTo("Error response from daemon: manifest for " + image
                            + " not found: manifest unknown: manifest unknown\n");
            assertThat(docker("push", image).run().requireExit(1).err())
                    .isEqualTo("An image does not exist locally with the tag: " + registry.host() + "/none\n");
            assertThat(docker("pull", "127.0.0.1:1/x").run().requireExit(1).err())
                    .isEqualTo("Error response from daemon: Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1:"
                            + " connect: connection refused\n");
            assertThat(engine.ok("images", "-q", image)).isEmpty();
        }
    }
}
