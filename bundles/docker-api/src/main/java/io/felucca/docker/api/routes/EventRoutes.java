package io.felucca.docker.api.routes;

import io.felucca.FeluccaException;
import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.Route;
import io.felucca.docker.json.FilterJson;
import io.felucca.docker.json.system.EventJson;
import io.felucca.events.Event;
import io.felucca.events.Events;
import io.felucca.events.Events.Query;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code GET /events}: each event is sent at once, a JSON object a line. */
public final class EventRoutes {

    private static final Pattern UNIX_TIME = Pattern.compile("(\\d{1,12})(?:\\.(\\d{1,9}))?");

    private final Supplier<Events> events;

    /** @param events asked for each request; throws UNAVAILABLE while there are none */
    public EventRoutes(Supplier<Events> events) {
        this.events = events;
    }

    public List<Route> routes() {
        return List.of(Route.of("GET", "/events", this::follow));
    }

    private void follow(Exchange exchange) throws IOException {
        String since = exchange.query("since");
        String until = exchange.query("until");
        Query query = new Query(time(since), time(until), FilterJson.read(exchange.query("filters")));
        if (query.since() != null && query.until() != null && query.until().isBefore(query.since())) {
            throw FeluccaException.invalid("`since` time (" + since + ") cannot be after `until` time (" + until + ")");
        }
        exchange.stream(200, "application/json", out -> {
            // Clients wait for the header before the first event.
            out.flush();
            events.get().follow(query, new Client(exchange, out));
        });
    }

    /** Null for none. */
    private static Instant time(String text) {
        if (text.isEmpty()) {
            return null;
        }
        Matcher matcher = UNIX_TIME.matcher(text);
        if (!matcher.matches()) {
            throw FeluccaException.invalid("strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
        }
        String fraction = matcher.group(2) == null ? "" : matcher.group(2);
        long nanos = Long.parseLong((fraction + "000000000").substring(0, 9));
        return Instant.ofEpochSecond(Long.parseLong(matcher.group(1)), nanos);
    }

    private record Client(Exchange exchange, OutputStream out) implements Events.Sink {

        @Override
        public boolean accept(Event event) {
            try {
                out.write((EventJson.write(event) + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean wantsMore() {
            return !exchange.clientGone();
        }
    }
}
