package io.felucca.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.PushResponseItem;
import com.github.dockerjava.api.model.ResponseItem;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.JavaClient;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.docker.DockerDaemon;
import io.felucca.itests.fixture.servers.RegistryServer;
import io.felucca.itests.fixture.servers.TokenFront;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** docker-java pulls and pushes by the engine as it does by dockerd 20.10, from and to the same registries. */
@Timeout(300)
class DockerJavaRegistryIT {

    private static final long SECONDS = 60;

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.empty();

    @TempDir
    static Path folder;

    private static DockerDaemon daemon;
    private static RegistryServer plain;
    private static RegistryServer secret;
    private static TokenFront tokens;

    @BeforeAll
    static void start() throws Exception {
        daemon = DockerDaemon.onLoopback(List.of());
        plain = RegistryServer.plain(Files.createDirectory(folder.resolve("plain")));
        secret = RegistryServer.withPassword(Files.createDirectory(folder.resolve("secret")), "user", "secret");
        tokens = new TokenFront(plain, "user", "secret");
        String image = plain.host() + "/app:1";
        daemon.docker("import", Rootfs.busybox().toString(), image).ok();
        daemon.docker("push", image).ok();
        daemon.docker("rmi", image).ok();
    }

    @AfterAll
    static void stop() {
        if (tokens != null) {
            tokens.close();
        }
        for (RegistryServer server : new RegistryServer[] {plain, secret}) {
            if (server != null) {
                server.close();
            }
        }
        if (daemon != null) {
            daemon.close();
        }
    }

    private static AuthConfig user(String password) {
        return user(secret.host(), password);
    }

    private static AuthConfig user(String host, String password) {
        return new AuthConfig().withRegistryAddress(host).withUsername("user").withPassword(password);
    }

    /** The last status of each layer, and what was told of the whole. */
    private static final class Told {

        private final Map<String, String> layers = new LinkedHashMap<>();
        private final List<String> lines = new ArrayList<>();

        private synchronized void add(ResponseItem item) {
            if (item.getId() != null && item.getId().matches("[0-9a-f]{12}")) {
                layers.put(item.getId(), item.getStatus());
            } else if (item.getStatus() != null) {
                lines.add(item.getStatus());
            }
            if (item.getAux() != null) {
                lines.add("aux " + item.getAux().getTag() + " " + item.getAux().getDigest());
            }
        }

        @Override
        public synchronized String toString() {
            return layers.values() + " " + lines;
        }
    }

    private static final class Pulled extends PullImageResultCallback {

        private final Told told = new Told();

        @Override
        public void onNext(PullResponseItem item) {
            super.onNext(item);
            told.add(item);
        }
    }

    private static final class Pushed extends ResultCallback.Adapter<PushResponseItem> {

        private final Told told = new Told();
        private String error = "";

        @Override
        public void onNext(PushResponseItem item) {
            if (item.isErrorIndicated()) {
                error = item.getErrorDetail().getMessage();
            }
            told.add(item);
        }
    }

    private static String pull(DockerClient docker, String repository, String tag, AuthConfig auth) throws Exception {
        Pulled pulled = new Pulled();
        var command = docker.pullImageCmd(repository).withTag(tag);
        if (auth != null) {
            command.withAuthConfig(auth);
        }
        assertThat(command.exec(pulled).awaitCompletion(SECONDS, TimeUnit.SECONDS))
                .isTrue();
        return pulled.told.toString();
    }

    private static String push(DockerClient docker, String repository, AuthConfig auth) throws Exception {
        Pushed pushed = new Pushed();
        var command = docker.pushImageCmd(repository).withTag("1");
        if (auth != null) {
            command.withAuthConfig(auth);
        }
        assertThat(command.exec(pushed).awaitCompletion(SECONDS, TimeUnit.SECONDS))
                .isTrue();
        return pushed.told + (pushed.error.isEmpty() ? "" : " error " + pushed.error);
    }

    private static String failure(ThrowingCallable work) {
        Throwable failure = catchThrowable(work);
        return failure.getClass().getSimpleName() + " "
                + failure.getMessage().strip().replace("Head ", "Get ").replace("Head \\", "Get \\");
    }

    /** What docker-java tells its caller, step by step. The engine ends without the images. */
    private static List<String> tell(DockerClient docker, String own) throws Exception {
        String app = plain.host() + "/app";
        String mine = secret.host() + "/" + own;
        List<String> told = new ArrayList<>();
        told.add(pull(docker, app, "1", null));
        told.add(pull(docker, app, "1", null));
        told.add(failure(() -> pull(docker, app, "none", null)));
        told.add(failure(() -> pull(docker, plain.host() + "/none", "1", null)));
        told.add(failure(() -> pull(docker, "127.0.0.1:1/none", "1", null)));
        docker.tagImageCmd(app + ":1", mine, "1").exec();
        told.add(push(docker, mine, null));
        told.add(push(docker, mine, user("wrong")));
        told.add(push(docker, mine, user("secret")));
        told.add(push(docker, mine, user("secret")));
        told.add(push(docker, secret.host() + "/none", user("secret")));
        docker.removeImageCmd(mine + ":1").exec();
        docker.removeImageCmd(app + ":1").exec();
        told.add(failure(() -> pull(docker, mine, "1", null)));
        told.add(failure(() -> pull(docker, mine, "1", user("wrong"))));
        told.add(pull(docker, mine, "1", user("secret")));
        docker.removeImageCmd(mine + ":1").exec();
        told.add(failure(() -> docker.authCmd().withAuthConfig(user("wrong")).exec()));
        told.add(docker.authCmd().withAuthConfig(user("secret")).exec().getStatus());
        told.add(failure(() ->
                docker.authCmd().withAuthConfig(user(tokens.host(), "wrong")).exec()));
        told.add(docker.authCmd()
                .withAuthConfig(user(tokens.host(), "secret"))
                .exec()
                .getStatus());
        assertThat(docker.listImagesCmd().exec()).isEmpty();
        return told.stream().map(line -> line.replace(own, "mine")).toList();
    }

    @Test
    @DisplayName("B13, S19, S21: docker-java's pull, push and auth tell their callers what they tell beside dockerd")
    void pullsAndPushes() throws Exception {
        try (DockerClient theirs = JavaClient.on(daemon.host());
                DockerClient ours = JavaClient.on(engine.host())) {
            List<String> told = tell(ours, "ours");

            assertThat(told).containsExactlyElementsOf(tell(theirs, "theirs"));
            assertThat(told.get(0)).startsWith("[Pull complete] ").contains("Downloaded newer image for ");
            assertThat(told.get(7)).startsWith("[Pushed] ").contains("aux 1 sha256:");
        }
    }
}
