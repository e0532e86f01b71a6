package io.felucca.docker.api;

import io.felucca.FeluccaException;
import io.felucca.containers.Container;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.AttachQuery;
import io.felucca.containers.Containers.Attachment;
import io.felucca.containers.Containers.LogQuery;
import io.felucca.docker.json.DetachKeys;
import io.felucca.docker.json.LogDetails;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** What containers write, and read: logs and attach. */
final class StreamRoutes {

    private final Supplier<Containers> containers;

    /** @param containers asked for each request; throws UNAVAILABLE while there are none */
    StreamRoutes(Supplier<Containers> containers) {
        this.containers = containers;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/containers/{name:*}/logs", this::logs),
                Route.of("POST", "/containers/{name:*}/attach", this::attach));
    }

    private void attach(Exchange exchange) throws IOException {
        DetachKeys keys = keys(exchange.query("detachKeys"));
        Container container = containers.get().get(exchange.variable("name"));
        requireAttachable(container, exchange.variable("name"));
        boolean multiplexed = !container.config().tty();
        exchange.hijack(
                StreamOutput.contentType(multiplexed, exchange.target()),
                (in, out) -> serve(exchange, container, keys, in, out));
    }

    private void serve(Exchange exchange, Container container, DetachKeys keys, InputStream in, OutputStream out)
            throws IOException {
        boolean tty = container.config().tty();
        boolean stdout = exchange.queryFlag("stdout", false);
        boolean stderr = exchange.queryFlag("stderr", false);
        boolean logs = exchange.queryFlag("logs", false);
        StreamOutput output = new StreamOutput(out, !tty);
        if (!exchange.queryFlag("stream", false)) {
            if (logs && (stdout || stderr)) {
                LogQuery all = new LogQuery(false, stdout, stderr, null, null, -1);
                containers
                        .get()
                        .logs(container.id(), all, (time, error, line) -> output.write(error, line, 0, line.length));
            }
            return;
        }
        boolean stdin = exchange.queryFlag("stdin", false) && container.config().openStdin();
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

    private static void requireAttachable(Container container, String name) {
        switch (container.state().status()) {
            case PAUSED ->
                throw FeluccaException.conflict(
                        "container " + name + " is paused, unpause the container before attach");
            case RESTARTING ->
                throw FeluccaException.conflict(
                        "container " + name + " is restarting, wait until the container is running");
            default -> {}
        }
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
