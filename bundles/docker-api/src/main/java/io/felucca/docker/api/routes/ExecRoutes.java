package io.felucca.docker.api.routes;

import io.felucca.FeluccaException;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.Attachment;
import io.felucca.containers.Containers.Exec;
import io.felucca.containers.Containers.ExecSpec;
import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.Route;
import io.felucca.docker.api.stream.JoinedClient;
import io.felucca.docker.api.stream.StreamOutput;
import io.felucca.docker.json.container.ExecJson;
import io.felucca.docker.text.DetachKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Further processes in running containers. */
public final class ExecRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(ExecRoutes.class);

    /** Between the end of a process's output and its exit code there is a moment, unless it only closed its output. */
    private static final long EXIT_MILLIS = 2_000;

    private final Supplier<Containers> containers;

    /** @param containers asked for each request; throws UNAVAILABLE while there are none */
    public ExecRoutes(Supplier<Containers> containers) {
        this.containers = containers;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("POST", "/containers/{name:*}/exec", this::create),
                Route.of("POST", "/exec/{id}/start", this::start),
                Route.of("POST", "/exec/{id}/resize", this::resize),
                Route.of("GET", "/exec/{id}/json", this::inspect));
    }

    private void create(Exchange exchange) throws IOException {
        ExecSpec spec = ExecJson.create(exchange.jsonBody());
        try {
            keys(spec);
        } catch (FeluccaException e) {
            // That there is no such container comes first.
            containers.get().get(exchange.variable("name"));
            throw e;
        }
        exchange.json(201, Map.of("Id", containers.get().createExec(exchange.variable("name"), spec)));
    }

    private static DetachKeys keys(ExecSpec spec) {
        try {
            return DetachKeys.parse(spec.detachKeys());
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), "Invalid escape keys (" + spec.detachKeys() + ") provided", e);
        }
    }

    private void start(Exchange exchange) throws IOException {
        ExecJson.Start start = ExecJson.start(exchange.jsonBody());
        Exec exec = containers.get().getExec(exchange.variable("id"));
        if (start.detach()) {
            containers.get().startExec(exec.id(), null);
            exchange.empty(200);
            return;
        }
        boolean multiplexed = !start.tty();
        exchange.hijack(
                StreamOutput.contentType(multiplexed, exchange.target()), (in, out) -> serve(exec, start, in, out));
    }

    private void serve(Exec exec, ExecJson.Start start, InputStream in, OutputStream out) throws IOException {
        StreamOutput output = new StreamOutput(out, !start.tty());
        Attachment attachment;
        try {
            attachment = containers.get().startExec(exec.id(), output);
        } catch (FeluccaException e) {
            // The answer has begun: dockerd tells it in the stream, too.
            byte[] text = (e.getMessage() + "\r\n").getBytes(StandardCharsets.UTF_8);
            output.send(false, text, 0, text.length);
            return;
        }
        ExecSpec spec = exec.spec();
        if (spec.tty() && start.consoleSize() != null) {
            resize(exec.id(), start.consoleSize().columns(), start.consoleSize().rows());
        }
        JoinedClient.Input input = new JoinedClient.Input(
                spec.attachStdin(), !spec.tty(), spec.tty() ? keys(spec) : null, !spec.attachStdout());
        // A client asks for the exit code as soon as the stream has ended.
        CompletableFuture<?> complete = attachment
                .done()
                .thenCompose(nothing -> containers
                        .get()
                        .awaitExec(exec.id())
                        .completeOnTimeout(null, EXIT_MILLIS, TimeUnit.MILLISECONDS));
        new JoinedClient(in, out, output).serve(attachment, input, complete);
    }

    /** One that ends at once needs no size. */
    private void resize(String id, int columns, int rows) {
        try {
            containers.get().resizeExec(id, columns, rows);
        } catch (FeluccaException e) {
            LOG.debug("exec {} had ended before it got its size: {}", id, e.getMessage());
        }
    }

    private void resize(Exchange exchange) throws IOException {
        int rows = exchange.queryNumber("h");
        int columns = exchange.queryNumber("w");
        containers.get().resizeExec(exchange.variable("id"), columns, rows);
        exchange.empty(200);
    }

    private void inspect(Exchange exchange) throws IOException {
        exchange.json(200, ExecJson.inspect(containers.get().getExec(exchange.variable("id"))));
    }
}
