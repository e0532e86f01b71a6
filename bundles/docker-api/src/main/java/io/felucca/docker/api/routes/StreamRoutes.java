package io.felucca.docker.api.routes;

import io.felucca.FeluccaException;
import io.felucca.containers.Container;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.AttachQuery;
import io.felucca.containers.Containers.Attachment;
import io.felucca.containers.Containers.LogQuery;
import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.Route;
import io.felucca.docker.api.stream.JoinedClient;
import io.felucca.docker.api.stream.LogAnswer;
import io.felucca.docker.api.stream.StreamOutput;
import io.felucca.docker.api.stream.WebSocket;
import io.felucca.docker.text.DetachKeys;
import io.felucca.docker.text.LogDetails;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What containers write, and read: logs and attach. */
public final class StreamRoutes {

    /** From here on a WebSocket says which streams it wants. */
    private static final int STREAMS_CHOSEN = 42;

    private final Supplier<Containers> containers;

    /** @param containers asked for each request; throws UNAVAILABLE while there are none */
    public StreamRoutes(Supplier<Containers> containers) {
        this.containers = containers;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/containers/{name:*}/logs", this::logs),
                Route.of("POST", "/containers/{name:*}/attach", this::attach),
                Route.of("GET", "/containers/{name:*}/attach/ws", this::attachWebSocket));
    }

    private void attach(Exchange exchange) throws IOException {
        DetachKeys keys;
        Container container;
        try {
            keys = keys(exchange.query("detachKeys"));
            container = attachable(exchange.variable("name"));
        } catch (FeluccaException e) {
            exchange.refuseHijack(e);
            return;
        }
        boolean multiplexed = !container.config().tty();
        exchange.hijack(
                StreamOutput.contentType(multiplexed, exchange.target()),
                (in, out) ->
                        serve(container, wanted(exchange, false), keys, in, new StreamOutput(out, multiplexed), out));
    }

    /** What a client is joined to. */
    private record Wanted(AttachQuery streams, boolean stream) {}

    private static Wanted wanted(Exchange exchange, boolean all) {
        return new Wanted(
                new AttachQuery(
                        all || exchange.queryFlag("stdin", false),
                        all || exchange.queryFlag("stdout", false),
                        all || exchange.queryFlag("stderr", false),
                        exchange.queryFlag("logs", false)),
                exchange.queryFlag("stream", false));
    }

    /** Both streams in messages, with nothing to tell them apart; before API 1.42 no stream could be left out. */
    private void attachWebSocket(Exchange exchange) throws IOException {
        DetachKeys keys = keys(exchange.query("detachKeys"));
        Container container = attachable(exchange.variable("name"));
        Wanted wanted = wanted(exchange, exchange.target().apiMinor() < STREAMS_CHOSEN);
        exchange.upgrade("websocket", Map.of("Sec-WebSocket-Accept", WebSocket.accept(exchange)), (in, out) -> {
            WebSocket socket = new WebSocket(in, out);
            OutputStream messages = socket.output();
            serve(container, wanted, keys, socket.input(), new StreamOutput(messages, false), messages);
            messages.close();
        });
    }

    private void serve(
            Container container, Wanted wanted, DetachKeys keys, InputStream in, StreamOutput output, OutputStream out)
            throws IOException {
        boolean tty = container.config().tty();
        boolean stdout = wanted.streams().stdout();
        boolean stderr = wanted.streams().stderr();
        boolean logs = wanted.streams().logs();
        if (!wanted.stream()) {
            if (logs && (stdout || stderr)) {
                LogQuery all = new LogQuery(false, stdout, stderr, null, null, -1);
                containers
                        .get()
                        .logs(container.id(), all, (time, error, line) -> output.write(error, line, 0, line.length));
            }
            return;
        }
        boolean stdin = wanted.streams().stdin() && container.config().openStdin();
        Attachment attachment =
                containers.get().attach(container.id(), new AttachQuery(stdin, stdout, stderr, logs), output);
        boolean inputEnds = container.config().stdinOnce() && !tty;
        new JoinedClient(in, out, output)
                .serve(
                        attachment,
                        new JoinedClient.Input(stdin, inputEnds, tty ? keys : null, !stdout),
                        attachment.done());
    }

    /** @throws FeluccaException INVALID with dockerd's text */
    private static DetachKeys keys(String words) {
        try {
            return DetachKeys.parse(words);
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), "Invalid detach keys (" + words + ") provided", e);
        }
    }

    private Container attachable(String name) {
        Container container = containers.get().get(name);
        switch (container.state().status()) {
            case PAUSED ->
                throw FeluccaException.conflict(
                        "container " + name + " is paused, unpause the container before attach");
            case RESTARTING ->
                throw FeluccaException.conflict(
                        "container " + name + " is restarting, wait until the container is running");
            default -> {}
        }
        return container;
    }

    private void logs(Exchange exchange) throws IOException {
        boolean stdout = exchange.queryFlag("stdout", false);
        boolean stderr = exchange.queryFlag("stderr", false);
        if (!stdout && !stderr) {
            throw FeluccaException.invalid("Bad parameters: you must choose at least one stream");
        }
        Container container = containers.get().get(exchange.variable("name"));
        LogQuery query = new LogQuery(
                exchange.queryFlag("follow", false),
                stdout,
                stderr,
                time(exchange.query("since")),
                time(exchange.query("until")),
                tail(exchange.query("tail")));
        boolean stamped = exchange.queryFlag("timestamps", false);
        String details = exchange.queryFlag("details", false) ? LogDetails.of(container) + " " : "";
        boolean multiplexed = !container.config().tty();
        exchange.stream(200, StreamOutput.contentType(multiplexed, exchange.target()), out -> {
            LogAnswer answer = new LogAnswer(out, multiplexed, details, stamped, exchange::clientGone);
            containers.get().logs(container.id(), query, answer);
        });
    }

    /** Seconds since 1970 with up to nine decimals; null for none and for 0. */
    private static Instant time(String text) {
        if (text.isEmpty() || text.equals("0")) {
            return null;
        }
        try {
            BigDecimal seconds = new BigDecimal(text);
            long whole = seconds.longValue();
            return Instant.ofEpochSecond(
                    whole,
                    seconds.subtract(BigDecimal.valueOf(whole))
                            .movePointRight(9)
                            .longValue());
        } catch (ArithmeticException | NumberFormatException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID, "strconv.ParseInt: parsing \"" + text + "\": invalid syntax", e);
        }
    }

    /** Like Docker's, what is no number or negative means all lines. */
    private static int tail(String text) {
        try {
            return Math.max(-1, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
