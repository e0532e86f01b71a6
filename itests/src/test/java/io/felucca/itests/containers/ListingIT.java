package io.felucca.itests.containers;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.Answer;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.RawClient;
import io.felucca.itests.fixture.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What ps shows, and names. */
class ListingIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @Test
    @DisplayName("S106: -idt is -i -d -t")
    void S106_combinedFlags() {
        String id = engine.ok("run", "-idt", "--network", "none", "busybox", "sh");

        assertThat(id).matches("[0-9a-f]{64}");
        assertThat(engine.inspect(id).path("Config").path("Tty").booleanValue()).isTrue();
        assertThat(engine.inspect(id).path("Config").path("OpenStdin").booleanValue())
                .isTrue();
        assertThat(engine.status(id)).isEqualTo("running");
    }

    @Test
    @DisplayName("S107: ps has Docker's columns, ids of 12 digits, quoted commands and ages in words")
    void S107_psColumns() {
        String id = engine.runDetached("--name", "shown", "busybox", "sh", "-c", "sleep 1000");
        await().untilAsserted(() -> assertThat(engine.ok("ps")).containsPattern("Up [1-9] seconds?"));

        List<String> lines = engine.ok("ps").lines().toList();

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).split(" {2,}"))
                .containsExactly("CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES");
        assertThat(lines.get(1))
                .matches(
                        id.substring(0, 12)
                                + " {2,}busybox {2,}\"sh -c 'sleep 1000'\" {2,}[0-9]+ seconds? ago {2,}Up [0-9]+ seconds? {2,}shown");
    }

    @Test
    @DisplayName("B13: from API 1.42 on system/df is asked for some of its parts, and the others are null")
    void B13_partsOfTheUsage() {
        engine.runDetached("busybox", "sleep", "1000");

        JsonNode some = EngineUnderTest.json(
                usage("/v1.42/system/df?type=container&type=volume").body());
        assertThat(some.path("Containers")).hasSize(1);
        assertThat(some.path("Volumes").isArray()).isTrue();
        assertThat(some.path("Images").isNull()).isTrue();
        assertThat(some.path("LayersSize").asLong(-1)).isZero();

        JsonNode images =
                EngineUnderTest.json(usage("/v1.42/system/df?type=image").body());
        assertThat(images.path("Images").path(0).path("Containers").asInt()).isEqualTo(1);
        assertThat(images.path("LayersSize").asLong()).isPositive();
        assertThat(images.path("Containers").isNull()).isTrue();

        // An older client's word is nobody's.
        JsonNode all =
                EngineUnderTest.json(usage("/v1.41/system/df?type=container").body());
        assertThat(all.path("Images")).hasSize(1);
        Answer wrong = usage("/v1.42/system/df?type=x");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.body()).contains("unknown object type: x");
    }

    private static Answer usage(String target) {
        return Answer.of(RawClient.ask(engine.socket(), "GET", target, ""));
    }

    @Test
    @DisplayName("S107: long commands are cut unless --no-trunc")
    void S107_longCommands() {
        String id = engine.runDetached("busybox", "sleep", "1000", "2000", "3000", "4000");

        assertThat(engine.ok("ps", "--format", "{{.Command}}")).isEqualTo("\"sleep 1000 2000 300…\"");
        assertThat(engine.ok("ps", "--no-trunc", "--format", "{{.ID}} {{.Command}}"))
                .isEqualTo(id + " \"sleep 1000 2000 3000 4000\"");
    }

    @Test
    @DisplayName("S108: a container without a name gets an adjective and a surname")
    void S108_automaticNames() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String id = engine.ok("create", "--network", "none", "busybox", "true");
            names.add(engine.inspect(id).path("Name").textValue());
        }

        assertThat(names).allMatch(name -> name.matches("/[a-z]+_[a-z]+")).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("S112: ps shows what runs, ps -a all, newest first")
    void S112_ps() {
        engine.runDetached("--name", "ended", "busybox", "true");
        engine.ok("wait", "ended");
        engine.ok("create", "--name", "made", "--network", "none", "busybox", "true");
        engine.runDetached("--name", "runs", "busybox", "sleep", "1000");

        assertThat(engine.ok("ps", "--format", "{{.Names}}")).isEqualTo("runs");
        assertThat(engine.ok("ps", "-a", "--format", "{{.Names}}").lines()).containsExactly("runs", "made", "ended");
        assertThat(engine.ok("ps", "-a", "--format", "{{.Names}} {{.Status}}").lines())
                .anyMatch(line -> line.matches("ended Exited \\(0\\) .* ago"))
                .contains("made Created");
        assertThat(engine.ok("ps", "-a", "--filter", "status=exited", "--format", "{{.Names}}"))
                .isEqualTo("ended");
    }

    @Test
    @DisplayName("S113, S114: rm $(ps -a -q) removes all but what runs")
    void S113_S114_removeAll() {
        String ended = engine.runDetached("busybox", "true");
        engine.ok("wait", ended);
        String made = engine.ok("create", "--network", "none", "busybox", "true");
        String runs = engine.runDetached("busybox", "sleep", "1000");
        List<String> ids = engine.ok("ps", "-a", "-q").lines().toList();
        assertThat(ids).containsExactly(runs.substring(0, 12), made.substring(0, 12), ended.substring(0, 12));

        List<String> words = new ArrayList<>(List.of("rm"));
        words.addAll(ids);
        Result removed = engine.felucca(words.toArray(String[]::new)).run();

        assertThat(removed.exit()).isEqualTo(1);
        assertThat(removed.lines()).containsExactly(made.substring(0, 12), ended.substring(0, 12));
        assertThat(removed.err()).contains("You cannot remove a running container " + runs);
        assertThat(engine.ok("ps", "-a", "-q")).isEqualTo(runs.substring(0, 12));
    }

    @Test
    void inspectTakesTemplates() {
        engine.runDetached("--name", "templ", "--label", "a=1", "-e", "X=y", "busybox", "sleep", "1000");

        assertThat(engine.ok("inspect", "-f", "{{.Name}} {{.State.Status}} {{len .Config.Cmd}}", "templ"))
                .isEqualTo("/templ running 2");
        assertThat(engine.ok("inspect", "-f", "{{json .Config.Labels}}", "templ"))
                .isEqualTo("{\"a\":\"1\"}");
        assertThat(engine.ok("inspect", "-f", "{{range .Config.Cmd}}[{{.}}]{{end}}", "templ"))
                .isEqualTo("[sleep][1000]");
        assertThat(engine.ok("inspect", "-f", "{{if .State.Running}}yes{{else}}no{{end}}", "templ"))
                .isEqualTo("yes");
        assertThat(engine.ok("inspect", "-f", "{{index .Config.Env 0}}", "templ"))
                .isEqualTo("X=y");
        assertThat(engine.ok("ps", "--format", "table {{.Names}}\t{{.Image}}").lines())
                .satisfiesExactly(
                        head -> assertThat(head).matches("NAMES +IMAGE"),
                        row -> assertThat(row).matches("templ +busybox"));
    }
}
