package io.felucca.shell.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.Timestamp;
import io.felucca.docker.json.system.EventJson;
import io.felucca.docker.text.DockerTime;
import io.felucca.events.Event;
import io.felucca.events.Events;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.template.Template;
import io.felucca.shell.text.FilterOptions;
import io.felucca.shell.user.ClientSession;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code events}: a line for each, until the user leaves. */
@CommandLine.Command(customSynopsis = "[OPTIONS]", description = "Get real time events from the server")
final class EventsCommand implements Command {

    private static final int WRONG_TEMPLATE = 64;

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "filter",
            converter = FilterOptions.Word.class,
            description = "Filter output based on conditions provided")
    List<String> filters = new ArrayList<>();

    @Option(names = "--format", description = FormatText.OBJECT)
    String format = "";

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Option(names = "--since", description = "Show all events created since timestamp")
    String since = "";

    @Option(names = "--until", description = "Stream events until this timestamp")
    String until = "";

    private final Events events;
    private final Clock clock;

    EventsCommand(Events events, Clock clock) {
        this.events = events;
        this.clock = clock;
    }

    @Override
    @SuppressWarnings("try") // what only has to be closed
    public int run(ClientSession user) {
        Function<Event, String> line = format.isEmpty() ? EventsCommand::line : byTemplate();
        Events.Query query = new Events.Query(time(since), time(until), FilterOptions.of(filters));
        Thread following = Thread.currentThread();
        try (ClientSession.Ending watch = user.onGone(following::interrupt)) {
            events.follow(query, event -> {
                user.out().println(line.apply(event));
                return !user.out().checkError();
            });
        }
        return 0;
    }

    private Instant time(String word) {
        if (word.isEmpty()) {
            return null;
        }
        try {
            return Timestamp.parse(word, clock.instant());
        } catch (FeluccaException e) {
            throw new CommandFailure(1, e.getMessage(), e);
        }
    }

    private static String line(Event event) {
        String attributes = new TreeMap<>(event.attributes())
                .entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(", "));
        return DockerTime.nanoseconds(event.time()) + " " + event.type() + " " + event.action() + " " + event.id()
                + (attributes.isEmpty() ? "" : " (" + attributes + ")");
    }

    private static String apply(Template template, Event event) {
        JsonNode json = EventJson.write(event);
        Map<String, Object> fields = new HashMap<>();
        fields.put("Status", json.path("status").asText());
        fields.put("ID", json.path("id").asText());
        fields.put("From", json.path("from").asText());
        fields.put("Type", event.type());
        fields.put("Action", event.action());
        fields.put("Actor", json.get("Actor"));
        fields.put("Scope", Event.SCOPE);
        fields.put("Time", json.get("time").longValue());
        fields.put("TimeNano", json.get("timeNano").longValue());
        return template.apply("*events.Message", fields, json);
    }

    /** A wrong template is told before anything is waited for: it is tried on an event without anything in it. */
    private Function<Event, String> byTemplate() {
        try {
            Template template = Template.parse(format.equals("json") ? "{{json .}}" : format);
            apply(template, new Event("", "", "", Map.of(), Instant.EPOCH));
            return event -> apply(template, event);
        } catch (FeluccaException e) {
            throw new CommandFailure(WRONG_TEMPLATE, "Error parsing format: " + e.getMessage(), e);
        }
    }
}
