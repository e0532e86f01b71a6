package io.felucca.itests.api;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static io.felucca.itests.fixture.EngineUnderTest.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.RawClient;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** B13, T12, T25: many clients, bad clients, and many requests. */
@Timeout(300)
class ApiLoadIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    private static final int CLIENTS = 100;
    private static final int REQUESTS = Integer.getInteger("felucca.requests", 1_000);
    private static final int BAD_REQUESTS = Integer.getInteger("felucca.bad-requests", 600);
    private static final String CREATE =
            "{\"Image\":\"busybox\",\"Cmd\":[\"sh\",\"-c\",\"echo here; exec sleep 1000\"],"
                    + "\"HostConfig\":{\"NetworkMode\":\"none\"}}";

    private static String ask(String method, String target, String body) {
        return RawClient.ask(engine.socket(), method, target, body);
    }

    private static String ok(String status, String method, String target, String body) {
        String answer = ask(method, target, body);
        assertThat(answer).as("%s %s", method, target).startsWith("HTTP/1.1 " + status);
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    /** The whole life of one container. */
    private static void life() {
        String id =
                json(ok("201", "POST", "/containers/create", CREATE)).path("Id").textValue();
        String path = "/containers/" + id;
        ok("204", "POST", path + "/start", "");
        await().until(() -> ok("200", "GET", path + "/logs?stdout=1", "").contains("here\n"));
        String exec = json(ok("201", "POST", path + "/exec", "{\"Cmd\":[\"echo\",\"said\"],\"AttachStdout\":true}"))
                .path("Id")
                .textValue();
        try (RawClient client = RawClient.connect(engine.socket())) {
            client.request("POST", "/exec/" + exec + "/start", "Connection: Upgrade\r\nUpgrade: tcp\r\n", "{}");
            assertThat(client.head()).startsWith("HTTP/1.1 101");
            client.endInput();
            assertThat(client.rest()).contains("said\n");
        }
        ok("204", "DELETE", path + "?force=1", "");
        ok("404", "GET", path + "/json", "");
    }

    @Test
    @DisplayName("A hundred clients at once each create, start, read, exec and remove")
    void parallelClients() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                all.add(clients.submit(ApiLoadIT::life));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            clients.shutdownNow();
        }
        assertThat(ok("200", "GET", "/containers/json?all=1", "")).contains("[]");
    }

    @Test
    @DisplayName("T12: after malformed requests of every kind the engine answers as before")
    void T12_malformedRequests() {
        long seed = Long.getLong("felucca.seed", System.nanoTime());
        Random random = new Random(seed);
        String id = json(ok("201", "POST", "/containers/create?name=target", CREATE))
                .path("Id")
                .textValue();
        for (int i = 0; i < BAD_REQUESTS; i++) {
            byte[] bytes = malformed(random);
            try (RawClient client = RawClient.connect(engine.socket())) {
                client.send(bytes).endInput();
                String answer = client.rest();
                assertThat(answer)
                        .as("seed %d, request %d: %s", seed, i, new String(bytes, StandardCharsets.ISO_8859_1))
                        .doesNotContain("internal error")
                        .matches("(?s)|HTTP/1\\.1 (101|[2345]\\d\\d) .*");
            } catch (UncheckedIOException e) {
                // The engine may close before it has taken all: what it does next is asked below.
                continue;
            }
        }
        assertThat(ok("200", "GET", "/containers/target/json", "")).contains(id);
        assertThat(engine.log()).doesNotContain("OutOfMemoryError");
        life();
    }

    private static byte[] malformed(Random random) {
        byte[] good = good(random).getBytes(StandardCharsets.ISO_8859_1);
        switch (random.nextInt(6)) {
            case 0 -> {
                byte[] noise = new byte[random.nextInt(2_000)];
                random.nextBytes(noise);
                return noise;
            }
            case 1 -> {
                return Arrays.copyOf(good, random.nextInt(good.length));
            }
            case 2 -> {
                for (int i = 0; i < 5; i++) {
                    good[random.nextInt(good.length)] = (byte) random.nextInt(256);
                }
                return good;
            }
            case 3 -> {
                String header = "X-" + "h".repeat(random.nextInt(100)) + ": " + "v".repeat(random.nextInt(400_000));
                return ("GET /_ping HTTP/1.1\r\nHost: d\r\n" + header + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
            }
            case 4 -> {
                String size = List.of("zz", "-1", "ffffffffffffffff", "7fffffff", "5\r\nab", "")
                        .get(random.nextInt(6));
                return ("POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n" + size + "\r\n{}\r\n0\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8);
            }
            default -> {
                return wrongTypes(random).getBytes(StandardCharsets.UTF_8);
            }
        }
    }

    private static String good(Random random) {
        List<String> targets = List.of(
                "GET /containers/json?all=1&filters=%7B%22status%22%3A%5B%22exited%22%5D%7D",
                "GET /containers/target/json",
                "GET /containers/target/logs?stdout=1&tail=5&since=0",
                "GET /containers/target/top?ps_args=-ef",
                "GET /containers/target/stats?stream=0&one-shot=1",
                "GET /containers/target/changes",
                "HEAD /containers/target/archive?path=/etc",
                "GET /containers/target/archive?path=/etc/passwd",
                "PUT /containers/target/archive?path=/tmp",
                "GET /containers/target/attach/ws?stream=0",
                "POST /containers/target/attach?stream=0&logs=1&stdout=1",
                "POST /containers/target/resize?h=1&w=1",
                "POST /containers/target/exec",
                "POST /containers/target/update",
                "POST /containers/target/rename?name=target",
                "POST /containers/target/unpause",
                "POST /containers/prune?filters=%7B%22label%22%3A%5B%22nosuch%22%5D%7D",
                "POST /exec/nosuch/start",
                "GET /images/json?filters=%7B%22reference%22%3A%5B%22b%2A%22%5D%7D",
                "GET /images/busybox/history",
                "POST /images/busybox/tag?repo=busybox&tag=latest",
                "POST /images/create?fromSrc=-&repo=fuzz",
                "POST /images/load",
                "POST /commit?container=nosuch&repo=x",
                "GET /networks?filters=%7B%22name%22%3A%5B%22none%22%5D%7D",
                "POST /networks/none/connect",
                "GET /volumes?filters=%7B%22dangling%22%3A%5B%22true%22%5D%7D",
                "DELETE /volumes/nosuch?force=1",
                "GET /events?since=1&until=2",
                "GET /system/df?type=container",
                "GET /plugins",
                "POST /build/prune");
        return targets.get(random.nextInt(targets.size())) + " HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n"
                + "Content-Type: application/json\r\n\r\n{}";
    }

    /** A body in which one field has a value of another type. */
    private static String wrongTypes(Random random) {
        List<String> values =
                List.of("1", "-1", "true", "\"x\"", "[]", "{}", "[1]", "{\"a\":1}", "1e400", "null", "[[[]]]");
        Map<String, List<String>> bodies = Map.of(
                "/containers/create",
                List.of(
                        "Hostname",
                        "Env",
                        "Cmd",
                        "Entrypoint",
                        "Labels",
                        "Image",
                        "Tty",
                        "StopTimeout",
                        "ExposedPorts",
                        "Volumes",
                        "Healthcheck",
                        "HostConfig",
                        "NetworkingConfig",
                        "HostConfig.Memory",
                        "HostConfig.Binds",
                        "HostConfig.CapAdd",
                        "HostConfig.RestartPolicy",
                        "HostConfig.LogConfig",
                        "HostConfig.Devices",
                        "HostConfig.Ulimits",
                        "HostConfig.Tmpfs",
                        "HostConfig.ShmSize",
                        "HostConfig.PortBindings",
                        "HostConfig.Mounts",
                        "HostConfig.Dns",
                        "HostConfig.Init",
                        "HostConfig.PidsLimit",
                        "HostConfig.NetworkMode",
                        "HostConfig.Sysctls",
                        "HostConfig.ConsoleSize",
                        "NetworkingConfig.EndpointsConfig"),
                "/containers/target/update",
                List.of("Memory", "CpuShares", "RestartPolicy", "Devices", "PortBindings", "PidsLimit", "Ulimits"),
                "/containers/target/exec",
                List.of("Cmd", "Env", "Tty", "User", "DetachKeys", "ConsoleSize", "Privileged"),
                "/exec/nosuch/start",
                List.of("Detach", "Tty", "ConsoleSize"),
                "/networks/create",
                List.of("Driver", "IPAM", "IPAM.Config", "IPAM.Options", "Options", "Labels", "Internal"),
                "/networks/none/connect",
                List.of("Container", "EndpointConfig", "EndpointConfig.IPAMConfig", "EndpointConfig.Aliases"),
                "/networks/none/disconnect",
                List.of("Container", "Force"),
                "/volumes/create",
                List.of("Name", "Driver", "DriverOpts", "Labels", "ClusterVolumeSpec"),
                "/commit?container=nosuch",
                List.of("Env", "Cmd", "Labels", "Healthcheck", "ExposedPorts"));
        List<String> targets = bodies.keySet().stream().sorted().toList();
        String target = targets.get(random.nextInt(targets.size()));
        List<String> fields = bodies.get(target);
        String name = fields.get(random.nextInt(fields.size()));
        String field = "\"" + name.replace(".", "\":{\"") + "\":" + values.get(random.nextInt(values.size()));
        String body =
                (random.nextInt(4) == 0 ? "{" : "{\"Image\":\"nosuch\",") + field + (name.contains(".") ? "}}" : "}");
        return "POST " + target + " HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    @Test
    @DisplayName("Threads and descriptors are flat over many requests")
    void flat() {
        ok("201", "POST", "/containers/create?name=flat", CREATE);
        ok("204", "POST", "/containers/flat/start", "");
        requests(200);
        int threads = engine.threads("");
        int descriptors = engine.descriptors();
        requests(REQUESTS);
        await().untilAsserted(() -> {
            assertThat(engine.threads("")).as("threads").isLessThanOrEqualTo(threads + 5);
            assertThat(engine.descriptors()).as("descriptors").isLessThanOrEqualTo(descriptors + 10);
        });
    }

    @Test
    @DisplayName("What work has touched of Java's own files is given back when it is over, and the engine works on")
    void memoryIsGivenBack() {
        for (int i = 0; i < 20; i++) {
            life();
        }
        long worked = engine.residentFileKib();
        await().until(() -> engine.residentFileKib() < worked - 4 * 1024);
        life();
    }

    private static void requests(int count) {
        for (int i = 0; i < count; i++) {
            switch (i % 5) {
                case 0 -> ok("200", "GET", "/containers/json?all=1", "");
                case 1 -> ok("200", "GET", "/containers/flat/json", "");
                case 2 -> ok("200", "GET", "/containers/flat/logs?stdout=1&stderr=1", "");
                case 3 -> ok("404", "POST", "/containers/nosuch/start", "");
                default -> ok("400", "POST", "/containers/create", "{");
            }
        }
    }
}
