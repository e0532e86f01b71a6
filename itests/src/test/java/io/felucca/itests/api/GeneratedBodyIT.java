package io.felucca.itests.api;

import static io.felucca.itests.fixture.EngineUnderTest.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.Answer;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.RawClient;
import io.felucca.itests.fixture.docker.DockerDaemon;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** B13: bodies and queries of each POST, generated field by field, get from both engines the same status and shape. */
@Timeout(300)
class GeneratedBodyIT {

    private static final long SEED = 14;

    /** Fields of a container that differ whatever the body is, each with its reason. */
    private static final Set<String> NOT_COMPARED = Set.of(
            // The runtime that a container of no wish has: the engine's choice.
            "Runtime",
            // Later versions of dockerd hide more.
            "MaskedPaths",
            // Later versions of dockerd name the policy of a container of no wish.
            "RestartPolicy",
            // dockerd adds label=disable where the host's names are shared, also on a machine without SELinux.
            "SecurityOpt",
            // Whose hostname it gets, where it shares one, is seen here at create and with dockerd after the start.
            "Hostname",
            // The file that the command writes, and Windows' kinds of isolation: read, and nothing here hangs on them.
            "ContainerIDFile",
            "Isolation");

    /** What the answer begins with instead of being dockerd 20.10's, each with its reason. */
    private static final Map<String, String> DIFFERENT = new HashMap<>();

    static {
        // Refused by name rather than ignored.
        for (String field : List.of(
                "\"NetworkDisabled\":true",
                "\"OnBuild\":[\"RUN true\"]",
                "\"Shell\":[\"/bin/sh\",\"-c\"]",
                "\"Nonsense\":1")) {
            DIFFERENT.put(
                    "/containers/create {\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"1000\"]," + field + "}", "501 ");
        }
        DIFFERENT.put("/containers/idle/update {\"Nonsense\":1}", "501 ");
        DIFFERENT.put("/networks/create {\"Name\":\"made\",\"Nonsense\":1}", "501 ");
        // Taken where 20.10 refuses it: Docker's command of before 1.10 sends one text, and no endpoint is none.
        DIFFERENT.put("/containers/runs/exec {\"Cmd\":\"true\"}", "201");
        DIFFERENT.put(
                "/containers/create {\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"1000\"],"
                        + "\"NetworkingConfig\":{\"EndpointsConfig\":{\"bridge\":null}}}",
                "201");
        // A port without a protocol is shown with it.
        DIFFERENT.put(
                "/containers/create {\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"1000\"],"
                        + "\"HostConfig\":{\"PortBindings\":{\"80\":[{\"HostPort\":\"0\"}]}}}",
                "201");
        // As later versions of dockerd have it.
        DIFFERENT.put("/containers/idle/wait?condition=nonsense", "400 {\"message\":\"invalid condition: ");
        DIFFERENT.put("/containers/prune?filters=x", "400 {\"message\":\"invalid filter: ");
        DIFFERENT.put(
                "/networks/nosuch/connect {\"Container\":\"idle\"}", "404 {\"message\":\"network nosuch not found\"}");
        DIFFERENT.put("/volumes/create null", "201 ");
        // Other words for the same.
        DIFFERENT.put("/containers/runs/exec", "400 {\"message\":\"No exec command specified\"}");
        DIFFERENT.put("/containers/create {\"Image\":null}", "400 {\"message\":\"Config cannot be empty ");
    }

    @RegisterExtension
    static final EngineUnderTest engine =
            EngineUnderTest.withBusybox("--bridge", "felucca0").startedBy("unshare", "-n");

    @RegisterExtension
    static final DockerDaemon daemon = DockerDaemon.withBusybox();

    /** dockerd answers some mistakes of clients by 500: here such an answer names the client's mistake. */
    private static void check(SoftAssertions all, String line, String ours, String theirs) {
        if (DIFFERENT.containsKey(line)) {
            all.assertThat(ours).as(line).startsWith(DIFFERENT.get(line));
        } else if (theirs.startsWith("500 ") && !ours.equals(theirs)) {
            all.assertThat(ours).as(line + ": " + theirs).matches("(?s)(?:20|40).*");
        } else {
            all.assertThat(ours).as(line).isEqualTo(theirs);
        }
    }

    private static Answer ask(Path socket, String method, String target, String body) {
        return Answer.of(RawClient.ask(socket, method, "/v1.41" + target, body));
    }

    private static void ok(Path socket, String method, String target, String body) {
        Answer answer = ask(socket, method, target, body);
        assertThat(answer.status()).as(target + ": " + answer.body()).isBetween(200, 299);
    }

    private static void begin(Path socket) {
        ok(
                socket,
                "POST",
                "/networks/create",
                "{\"Name\":\"there\",\"IPAM\":{\"Config\":[{\"Subnet\":\"10.98.0.0/24\"}]}}");
        for (String name : List.of("other", "runs", "idle")) {
            String body = "{\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"100000\"]}";
            ok(socket, "POST", "/containers/create?name=" + name, body);
            if (!name.equals("idle")) {
                ok(socket, "POST", "/containers/" + name + "/start", "");
            }
        }
        ok(socket, "POST", "/networks/there/connect", "{\"Container\":\"other\"}");
    }

    private static void end(Path socket) {
        for (String name : List.of("other", "runs", "idle")) {
            ok(socket, "DELETE", "/containers/" + name + "?force=1&v=1", "");
        }
        ok(socket, "DELETE", "/networks/there", "");
    }

    /** What a request did, as inspect shows it, with what undoes it done. */
    private static String told(Path socket, BodyGenerator endpoint, String body) {
        Answer answer = ask(socket, "POST", endpoint.target(), body);
        if (answer.status() > 299) {
            return refused(answer);
        }
        String id =
                answer.body().isBlank() ? "" : json(answer.body()).path("Id").asText();
        String shown = endpoint.target().equals("/containers/create") ? shown(socket, id) : "";
        if (!endpoint.undo().isEmpty()) {
            String[] words = endpoint.undo().replace("{}", id).split(" ", 3);
            ok(socket, words[0], words[1], words.length > 2 ? words[2] : "");
        }
        return answer.status() + shown;
    }

    private static String refused(Answer answer) {
        return answer.status() + " " + answer.body().strip().replaceAll("[0-9a-f]{64}", "<id>");
    }

    /** What a container was asked for. Nothing is null, or an empty list or map, as the client had it. */
    private static String shown(Path socket, String id) {
        JsonNode root =
                json(ask(socket, "GET", "/containers/" + id + "/json", "").body());
        Map<String, String> shown = new TreeMap<>();
        for (String part : List.of("Config", "HostConfig")) {
            root.path(part).properties().forEach(field -> {
                String value = field.getValue().toString().replaceAll("\\[]|\\{}", "null");
                if (!NOT_COMPARED.contains(field.getKey()) && !value.equals("null")) {
                    shown.put(part + "." + field.getKey(), value);
                }
            });
        }
        return shown.toString()
                .replace(id.substring(0, 12), "<short>")
                .replaceAll("[0-9a-f]{64}", "<id>")
                .replaceAll("(?<=/other:/)[a-z0-9_]+", "<name>");
    }

    private static List<String> each(Path socket, BodyGenerator endpoint, List<String> bodies) {
        return bodies.stream().map(body -> told(socket, endpoint, body)).toList();
    }

    /** Asks both at once. @return what is told by the engine, then by dockerd */
    private static List<List<String>> both(Function<Path, List<String>> work) {
        CompletableFuture<List<String>> theirs = CompletableFuture.supplyAsync(() -> work.apply(daemon.socket()));
        List<String> ours = work.apply(engine.socket());
        return List.of(ours, theirs.join());
    }

    @BeforeEach
    void begin() {
        begin(engine.socket());
        begin(daemon.socket());
    }

    @AfterEach
    void end() {
        end(engine.socket());
        end(daemon.socket());
    }

    @Test
    @DisplayName("B13: each field of each body absent, null, at its default and set")
    void single() {
        SoftAssertions all = new SoftAssertions();
        for (BodyGenerator endpoint : BodyGenerator.all()) {
            List<String> bodies = endpoint.single();
            List<List<String>> told = both(socket -> each(socket, endpoint, bodies));
            for (int i = 0; i < bodies.size(); i++) {
                String line = endpoint.target() + " " + bodies.get(i);
                check(all, line, told.get(0).get(i), told.get(1).get(i));
            }
        }
        all.assertAll();
    }

    @Test
    @DisplayName("B13: a quarter of all fields at once, null, at their defaults or set: what dockerd takes is taken")
    void mixed() {
        Random random = new Random(SEED);
        SoftAssertions all = new SoftAssertions();
        for (BodyGenerator endpoint : BodyGenerator.all()) {
            List<String> bodies = endpoint.mixed(random, 20);
            List<List<String>> told = both(socket -> each(socket, endpoint, bodies));
            for (int i = 0; i < bodies.size(); i++) {
                String ours = told.get(0).get(i);
                String theirs = told.get(1).get(i);
                String line = endpoint.target() + " " + bodies.get(i);
                if (theirs.startsWith("20")) {
                    // What is refused by name as not supported stays so.
                    all.assertThat(ours).as(line).matches("(?s)20.*|501 .* is not supported.*");
                } else {
                    all.assertThat(ours).as(line + ": " + theirs).doesNotStartWith("500");
                }
            }
        }
        all.assertAll();
    }

    @Test
    @DisplayName("B13: parameters of queries and whole bodies absent, empty, null, set and wrong")
    void queries() {
        List<String> lines = BodyGenerator.lines("queries.txt");
        List<List<String>> told = both(socket -> lines.stream()
                .map(line -> {
                    String[] words = line.split(" ", 2);
                    return refused(ask(
                            socket,
                            "POST",
                            words[0].replace("{", "%7B")
                                    .replace("}", "%7D")
                                    .replace("[", "%5B")
                                    .replace("]", "%5D")
                                    .replace("\"", "%22"),
                            words.length > 1 ? words[1] : ""));
                })
                .toList());
        SoftAssertions all = new SoftAssertions();
        for (int i = 0; i < lines.size(); i++) {
            check(all, lines.get(i), told.get(0).get(i), told.get(1).get(i));
        }
        all.assertAll();
    }

    @Test
    @DisplayName("B13: an exec is started by a body with fields absent, null and at their defaults")
    void execStarts() {
        for (String body : List.of(
                "{}",
                "{\"Detach\":true}",
                "{\"DETACH\":true,\"Tty\":null}",
                "{\"Detach\":null,\"Tty\":false,\"ConsoleSize\":null}",
                "{\"Detach\":false,\"ConsoleSize\":[0,0]}")) {
            List<List<String>> told = both(socket -> {
                String made = ask(socket, "POST", "/containers/runs/exec", "{\"Cmd\":[\"true\"]}")
                        .body();
                String id = json(made).path("Id").asText();
                return List.of(refused(ask(socket, "POST", "/exec/" + id + "/start", body)));
            });
            assertThat(told.get(0)).as(body).isEqualTo(told.get(1));
        }
    }
}
