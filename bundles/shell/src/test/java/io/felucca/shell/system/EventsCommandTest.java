package io.felucca.shell.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.docker.json.system.InfoJson;
import io.felucca.events.Event;
import io.felucca.events.Events;
import io.felucca.shell.remote.CommandClient;
import io.felucca.shell.remote.CommandClient.Result;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventsCommandTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final OneEvent events = new OneEvent();
    private final CommandClient client = new CommandClient(SystemCommands.functions(
            new InfoJson.Sources(null, null, null, null, null, null, null, null, events, null),
            Clock.fixed(NOW, ZoneOffset.UTC)));

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void eventsAreLinesWithTheirAttributesSorted() throws Exception {
        assertThat(client.run("events", "--since", "10m", "--until", "1136073600.5", "-f", "type=image")
                        .succeeds()
                        .out())
                .isEqualTo("2026-11-24T12:00:00.000000005Z image tag sha256:ab (a=b, name=busybox:1)\n");
        assertThat(events.query)
                .isEqualTo(new Events.Query(
                        NOW.minusSeconds(600),
                        Instant.ofEpochSecond(1136073600, 500_000_000),
                        Map.of("type", List.of("image"))));
        assertThat(client.run(
                                "system",
                                "events",
                                "--format",
                                "{{.Type}} {{.Status}} {{.Actor.Attributes.name}} {{.TimeNano}}")
                        .succeeds()
                        .out())
                .isEqualTo("image tag busybox:1 1795521600000000005\n");
        assertThat(client.run("events", "--format", "json").out())
                .isEqualTo("{\"status\":\"tag\",\"id\":\"sha256:ab\",\"Type\":\"image\",\"Action\":\"tag\","
                        + "\"Actor\":{\"ID\":\"sha256:ab\",\"Attributes\":{\"a\":\"b\",\"name\":\"busybox:1\"}},"
                        + "\"scope\":\"local\",\"time\":1795521600,\"timeNano\":1795521600000000005}\n");
    }

    @Test
    void wrongWordsAreToldAsDockerTellsThem() throws Exception {
        assertThat(client.run("events", "--since", "foo"))
                .isEqualTo(new Result(1, "", "failed to parse value as time or duration: \"foo\"\n"));
        assertThat(client.run("events", "--format", "{{"))
                .isEqualTo(new Result(64, "", "Error parsing format: template: :1: unclosed action\n"));
        assertThat(client.run("events", "--format", "{{.nosuch}}").code()).isEqualTo(64);
    }

    private static final class OneEvent implements Events {

        private Query query;

        @Override
        public void tell(String type, String action, String id, Map<String, String> attributes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int followers() {
            return 0;
        }

        @Override
        public void follow(Query wanted, Sink sink) {
            query = wanted;
            sink.accept(
                    new Event("image", "tag", "sha256:ab", Map.of("name", "busybox:1", "a", "b"), NOW.plusNanos(5)));
        }
    }
}
