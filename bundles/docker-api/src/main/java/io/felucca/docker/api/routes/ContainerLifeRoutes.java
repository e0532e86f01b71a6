package io.felucca.docker.api.routes;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.Containers.Exit;
import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.Route;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.json.container.ContainerJson;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** What happens to containers: start, stop, kill, restart, pause, unpause, resize, and waiting for their end. */
public final class ContainerLifeRoutes {

    /** How often it is looked whether a client that waits is still there. */
    private static final long LOOK_MILLIS = 500;

    /** As dockerd: {@code null} and the like are no body. */
    private static final int START_BODY_BYTES = 7;

    /** How long an answer to a wait takes at most, unless its client does not read. */
    private static final long ANSWER_MILLIS = 1_000;

    private final Supplier<Containers> containers;
    /** Of waits that are under way: what is completed when one has been answered, and the container's id. */
    private final Map<CompletableFuture<Void>, String> waits = new ConcurrentHashMap<>();

    /** @param containers asked for each request; throws UNAVAILABLE while there are none */
    public ContainerLifeRoutes(Supplier<Containers> containers) {
        this.containers = containers;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("POST", "/containers/{name:*}/start", this::start),
                Route.of("POST", "/containers/{name:*}/stop", this::stop),
                Route.of("POST", "/containers/{name:*}/kill", this::kill),
                Route.of("POST", "/containers/{name:*}/restart", this::restart),
                Route.of("POST", "/containers/{name:*}/pause", this::pause),
                Route.of("POST", "/containers/{name:*}/unpause", this::unpause),
                Route.of("POST", "/containers/{name:*}/resize", this::resize),
                Route.of("POST", "/containers/{name:*}/wait", this::await));
    }

    private void start(Exchange exchange) throws IOException {
        if (exchange.body().readNBytes(START_BODY_BYTES + 1).length > START_BODY_BYTES) {
            throw FeluccaException.invalid("starting container with non-empty request body was deprecated since API"
                    + " v1.22 and removed in v1.24");
        }
        String id = containers.get().get(exchange.variable("name")).id();
        try {
            containers.get().start(id);
        } catch (FeluccaException e) {
            answerWaitsFirst(id);
            throw e;
        }
        exchange.empty(204);
    }

    /**
     * A container that removes itself is gone when its start has failed. As with dockerd, who waits for that is told
     * before start's own answer, at which clients such as {@code docker run --rm} give up waiting.
     */
    private void answerWaitsFirst(String id) {
        if (isThere(id)) {
            return;
        }
        CompletableFuture<?>[] ofIt = waits.entrySet().stream()
                .filter(wait -> wait.getValue().equals(id))
                .map(Map.Entry::getKey)
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(ofIt)
                .completeOnTimeout(null, ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                .join();
    }

    private boolean isThere(String id) {
        try {
            containers.get().get(id);
            return true;
        } catch (FeluccaException e) {
            return e.kind() != Kind.NOT_FOUND;
        }
    }

    private void stop(Exchange exchange) throws IOException {
        containers.get().stop(exchange.variable("name"), timeout(exchange), signal(exchange));
        exchange.empty(204);
    }

    private void kill(Exchange exchange) throws IOException {
        containers.get().kill(exchange.variable("name"), signal(exchange));
        exchange.empty(204);
    }

    private void restart(Exchange exchange) throws IOException {
        containers.get().restart(exchange.variable("name"), timeout(exchange), signal(exchange));
        exchange.empty(204);
    }

    /** Seconds; null for the container's own. */
    private static Integer timeout(Exchange exchange) {
        return exchange.query("t").isEmpty() ? null : exchange.queryNumber("t", 0);
    }

    private static String signal(Exchange exchange) {
        String signal = exchange.query("signal");
        return signal.isEmpty() ? null : signal;
    }

    private void pause(Exchange exchange) throws IOException {
        containers.get().pause(exchange.variable("name"));
        exchange.empty(204);
    }

    private void unpause(Exchange exchange) throws IOException {
        containers.get().unpause(exchange.variable("name"));
        exchange.empty(204);
    }

    private void resize(Exchange exchange) throws IOException {
        int rows = exchange.queryNumber("h");
        int columns = exchange.queryNumber("w");
        containers.get().resize(exchange.variable("name"), columns, rows);
        exchange.empty(200);
    }

    /** The header is sent at once: a client that has it knows that it will miss no end. */
    private void await(Exchange exchange) throws IOException {
        Condition condition = condition(exchange);
        String id = containers.get().get(exchange.variable("name")).id();
        CompletableFuture<Exit> exit = containers.get().await(id, condition);
        CompletableFuture<Void> answered = new CompletableFuture<>();
        waits.put(answered, id);
        try {
            exchange.stream(200, "application/json", out -> {
                out.flush();
                Exit code = exitUnlessGone(exit, exchange);
                out.write(DockerJson.mapper().writeValueAsBytes(ContainerJson.exit(code)));
                out.write('\n');
            });
        } finally {
            exit.cancel(false);
            waits.remove(answered);
            answered.complete(null);
        }
    }

    private static Condition condition(Exchange exchange) {
        return switch (exchange.query("condition")) {
            case "", "not-running" -> Condition.NOT_RUNNING;
            case "next-exit" -> Condition.NEXT_EXIT;
            case "removed" -> Condition.REMOVED;
            default -> throw FeluccaException.invalid("invalid condition: \"" + exchange.query("condition") + "\"");
        };
    }

    private static Exit exitUnlessGone(CompletableFuture<Exit> exit, Exchange exchange) throws IOException {
        while (true) {
            try {
                return exit.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (exchange.clientGone()) {
                    throw new IOException("the client that waited for an end has left", e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for a container's end", e);
            } catch (ExecutionException e) {
                throw new IOException("a container's end can no longer be told: " + e.getMessage(), e);
            }
        }
    }
}
