package io.felucca.itests.builder;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.servers.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Builds on images that are in a registry. */
@Timeout(300)
class BuildRegistryIT {

    private static final String API = "1.41";

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path folder;

    private Program build(String dockerfile, String... options) throws IOException {
        Path context = Files.createDirectories(folder.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), dockerfile);
        List<String> words = new ArrayList<>(List.of("build"));
        words.addAll(List.of(options));
        words.add(context.toString());
        return client(words.toArray(String[]::new));
    }

    private Program client(String... words) {
        return engine.docker(API, words)
                .env("DOCKER_CONFIG", folder.resolve("docker").toString());
    }

    private void pushed(String image) {
        engine.ok("tag", "busybox", image);
        client("push", image).ok();
        engine.ok("rmi", image);
    }

    @Test
    @DisplayName("S38: what a stage begins with, or copies from, is pulled when it is not here")
    void missingBasesArePulled() throws IOException {
        try (RegistryServer registry = RegistryServer.plain(folder)) {
            String base = registry.host() + "/team/base:1";
            String tools = registry.host() + "/tools:2";
            pushed(base);
            pushed(tools);
            String dockerfile =
                    "FROM " + base + "\nCOPY --from=" + tools + " /bin/busybox /copied\nRUN ls -l /copied\n";

            String out = build(dockerfile, "-t", "made").run().requireOk().out();

            assertThat(out)
                    .startsWith("Sending build context")
                    .contains("Step 1/3 : FROM " + base + "\n1: Pulling from team/base\n")
                    .contains("Status: Downloaded newer image for " + base + "\n ---> ")
                    .contains("\n2: Pulling from tools\n");
            assertThat(build(dockerfile).run().requireOk().out()).doesNotContain("Pulling");
            assertThat(build(dockerfile, "-q").run().requireOk().out()).matches("sha256:[0-9a-f]{64}\n");
            engine.ok("rmi", "made", base, tools);
        }
    }

    @Test
    @DisplayName("S38: --pull asks the registry although the image is here, and takes what its name has come to be")
    void pullAsksTheRegistry() throws IOException {
        try (RegistryServer registry = RegistryServer.plain(folder)) {
            String base = registry.host() + "/base:1";
            pushed(base);
            build("FROM busybox\nRUN echo newer >/newer\n", "-t", base).run().requireOk();
            String newer = engine.inspect(base).path("Id").asText();
            client("push", base).ok();
            engine.ok("tag", "busybox", base);
            assertThat(build("FROM " + base + "\nRUN cat /newer\n").run().exit())
                    .isNotZero();

            String out = build("FROM " + base + "\nRUN cat /newer\n", "--pull", "--force-rm")
                    .run()
                    .requireOk()
                    .out();

            assertThat(out).contains("\n1: Pulling from base\n", "\nnewer\n");
            assertThat(engine.inspect(base).path("Id").asText()).isEqualTo(newer);
            engine.removeContainers();
            engine.ok("rmi", base);
        }
    }

    @Test
    @DisplayName("S38: a base that no registry has is refused in dockerd's words")
    void missingEverywhere() throws IOException {
        try (RegistryServer registry = RegistryServer.plain(folder)) {
            String base = registry.host() + "/nosuch:1";
            Result refused = build("FROM " + base + "\n").run();
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err())
                    .endsWith("manifest for " + base + " not found: manifest unknown: manifest unknown\n");
            assertThat(refused.out()).endsWith("Step 1/1 : FROM " + base + "\n");
        }
    }

    @Test
    @DisplayName("S21: a build pulls with the user's login")
    void aBuildPullsWithTheLogin() throws IOException {
        try (RegistryServer registry = RegistryServer.withPassword(folder, "me", "secret")) {
            String base = registry.host() + "/private/base:1";
            client("login", "-u", "me", "--password-stdin", registry.host())
                    .stdin("secret")
                    .ok();
            pushed(base);
            assertThat(build("FROM " + base + "\n", "-t", "made")
                            .run()
                            .requireOk()
                            .out())
                    .contains("Status: Downloaded newer image");
            engine.ok("rmi", "made", base);
            client("logout", registry.host()).ok();
            Result refused = build("FROM " + base + "\n").run();
            assertThat(refused.exit()).isNotZero();
            assertThat(refused.err()).contains("no basic auth credentials");
        }
    }
}
