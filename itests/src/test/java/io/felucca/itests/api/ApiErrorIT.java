package io.felucca.itests.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.itests.fixture.Answer;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.RawClient;
import io.felucca.itests.fixture.docker.DockerDaemon;
import io.felucca.itests.fixture.docker.Masks;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * B13: wrong calls of the API, of each endpoint that clients must have, to dockerd 20.10 and to this engine. The calls are
 * in api-errors.txt, which says how they are written.
 */
@Timeout(300)
class ApiErrorIT {

    @RegisterExtension
    static final EngineUnderTest engine =
            EngineUnderTest.withBusybox("--bridge", "felucca0").startedBy("unshare", "-n");

    @RegisterExtension
    static final DockerDaemon daemon = DockerDaemon.withBusybox();

    /** What later engines say before what is wrong with a client's JSON, and 20.10 after {@code docker inspect}'s image. */
    private static final Pattern PREFIX =
            Pattern.compile("invalid (?:JSON|filter): |no such image: .*?: |error reading volume filters: "
                    + "|could not parse filters: |Error processing tar file\\(exit status 1\\): ");

    private static final String SECTION = "== ";
    private static final String INSTEAD = "=> ";
    private static final String REFUSED_HERE = "! ";
    private static final String SLOW = "~ ";

    private static final List<Section> SECTIONS = read();
    private static final Map<String, CompletableFuture<String>> slow = new HashMap<>();

    /** @param ours what this engine answers where dockerd answers something else, or empty */
    private record Case(String line, String ours) {}

    private record Section(String name, List<Case> cases) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Section> read() {
        List<Section> sections = new ArrayList<>();
        List<Case> cases = List.of();
        for (String line : lines()) {
            if (line.startsWith(SECTION)) {
                cases = new ArrayList<>();
                sections.add(new Section(line.substring(SECTION.length()), cases));
            } else if (line.startsWith(INSTEAD)) {
                Case last = cases.remove(cases.size() - 1);
                cases.add(new Case(last.line(), line.substring(INSTEAD.length())));
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                cases.add(new Case(line, ""));
            }
        }
        return sections;
    }

    private static List<String> lines() {
        try (InputStream file = ApiErrorIT.class.getResourceAsStream("api-errors.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Section> sections() {
        return SECTIONS;
    }

    @BeforeAll
    static void askWhatTakesLong() {
        SECTIONS.stream()
                .flatMap(section -> section.cases().stream())
                .filter(each -> each.line().startsWith(SLOW))
                .forEach(each -> slow.put(each.line(), later(each.line().substring(SLOW.length()))));
    }

    private static CompletableFuture<String> later(String line) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread thread = new Thread(() -> answer.completeAsync(() -> told(ask(daemon.socket(), line)), Runnable::run));
        thread.setDaemon(true);
        thread.start();
        return answer;
    }

    private static Answer ask(Path socket, String line) {
        if (line.startsWith("'")) {
            return ask(socket, "POST", "/containers/create", container(line));
        }
        String[] parts = line.split(" ", 3);
        String target = parts[1];
        int filters = target.indexOf("filters=") + 8;
        if (filters >= 8) {
            String json = target.substring(filters).replace('\'', '"');
            target = target.substring(0, filters) + URLEncoder.encode(json, StandardCharsets.UTF_8);
        }
        return ask(socket, parts[0], target, parts.length < 3 ? "" : parts[2].replace('\'', '"'));
    }

    private static Answer ask(Path socket, String method, String target, String body) {
        return Answer.of(RawClient.ask(socket, method, "/v1.41" + target, body));
    }

    private static String container(String fields) {
        ObjectNode body = (ObjectNode) EngineUnderTest.json(
                "{\"Image\":\"busybox\",\"HostConfig\":{\"NetworkMode\":\"none\"},\"Cmd\":[\"true\"]}");
        EngineUnderTest.json("{" + fields.replace('\'', '"') + "}").properties().forEach(field -> {
            if (field.getKey().equals("HostConfig")) {
                ((ObjectNode) body.get("HostConfig")).setAll((ObjectNode) field.getValue());
            } else {
                body.set(field.getKey(), field.getValue());
            }
        });
        return body.toString();
    }

    private static String told(Answer answer) {
        String text = answer.body().strip();
        if (answer.status() >= 400 && text.startsWith("{\"message\":")) {
            text = EngineUnderTest.json(text).path("message").textValue().strip();
        }
        String masked = Masks.masked(text).replaceAll("/tmp/\\w+/d/", "<root>/");
        return answer.status() + " " + PREFIX.matcher(masked).replaceFirst("");
    }

    /** A client's mistake, and what is missing or in the way, is no fault of the engine, as 20.10 has it in many places. */
    private static boolean sameButForItsKind(String ours, String theirs) {
        return theirs.startsWith("500 ")
                && ours.startsWith("4")
                && ours.substring(4).equals(theirs.substring(4));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sections")
    void wrongCallsAreAnsweredAlike(Section section) {
        SoftAssertions all = new SoftAssertions();
        for (Case each : section.cases()) {
            if (each.line().startsWith(REFUSED_HERE)) {
                refusedHere(each.line(), all);
            } else {
                compare(each, all);
            }
        }
        all.assertAll();
    }

    private static void refusedHere(String line, SoftAssertions all) {
        String asked = line.substring(REFUSED_HERE.length());
        all.assertThat(ask(daemon.socket(), asked).status()).as(line).isEqualTo(201);
        all.assertThat(ask(engine.socket(), asked).status()).as(line).isIn(400, 404);
    }

    private static void compare(Case each, SoftAssertions all) {
        CompletableFuture<String> asked = slow.get(each.line());
        String line = asked == null ? each.line() : each.line().substring(SLOW.length());
        String theirs = asked == null ? told(ask(daemon.socket(), line)) : asked.join();
        String ours = told(ask(engine.socket(), line));
        if (!each.ours().isEmpty()) {
            all.assertThat(ours).as(line).isEqualTo(each.ours()).isNotEqualTo(theirs);
        } else if (!sameButForItsKind(ours, theirs)) {
            all.assertThat(ours).as(line).isEqualTo(theirs);
        }
    }

    @Test
    @DisplayName("Versions that are not spoken are refused, and those that are need not be named")
    void versions() {
        for (String version : List.of("1.23", "0.9")) {
            Answer answer = Answer.of(RawClient.ask(engine.socket(), "GET", "/v" + version + "/info", ""));
            assertThat(told(answer))
                    .isEqualTo("400 client version " + version + " is too old. Minimum supported API version is 1.24,"
                            + " please upgrade your client to a newer version");
        }
        for (String version : List.of("1.52", "2.0", "1.99999")) {
            Answer answer = Answer.of(RawClient.ask(engine.socket(), "GET", "/v" + version + "/info", ""));
            assertThat(told(answer))
                    .isEqualTo("400 client version " + version + " is too new. Maximum supported API version is 1.51");
        }
        assertThat(Answer.of(RawClient.ask(engine.socket(), "GET", "/_ping", ""))
                        .status())
                .isEqualTo(200);
    }
}
