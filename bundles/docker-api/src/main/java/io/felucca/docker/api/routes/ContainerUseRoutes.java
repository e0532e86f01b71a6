package io.felucca.docker.api.routes;

import io.felucca.FeluccaException;
import io.felucca.containers.Container;
import io.felucca.containers.ContainerStats;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.ProcessTable;
import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.Route;
import io.felucca.docker.json.container.StatsJson;
import io.felucca.docker.json.container.UpdateJson;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What containers may use, and what they do: update, stats, top. */
public final class ContainerUseRoutes {

    private static final long PERIOD_MILLIS = 1_000;

    private final Supplier<Containers> containers;

    /** @param containers asked for each request; throws UNAVAILABLE while there are none */
    public ContainerUseRoutes(Supplier<Containers> containers) {
        this.containers = containers;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("POST", "/containers/{name}/update", this::update),
                Route.of("GET", "/containers/{name}/top", this::top),
                Route.of("GET", "/containers/{name}/stats", this::stats));
    }

    private void top(Exchange exchange) throws IOException {
        ProcessTable table = containers.get().top(exchange.variable("name"), exchange.query("ps_args"));
        Map<String, Object> answer = new LinkedHashMap<>();
        // null as by dockerd, when ps tells nothing of the container's processes.
        answer.put("Processes", table.rows().isEmpty() ? null : table.rows());
        answer.put("Titles", table.titles());
        exchange.json(200, answer);
    }

    /** Each second one, or two to have a difference and the second of them sent, or one at once. */
    private void stats(Exchange exchange) throws IOException {
        Container container = containers.get().get(exchange.variable("name"));
        boolean stream = exchange.queryFlag("stream", true);
        if (stream && exchange.queryFlag("one-shot", false)) {
            throw FeluccaException.invalid("cannot have stream=true and one-shot=true");
        }
        exchange.stream(200, "application/json", out -> {
            ContainerStats before = ContainerStats.NONE;
            ContainerStats now = containers.get().stats(container.id());
            if (!stream && now.read() != null && !exchange.queryFlag("one-shot", false)) {
                before = now;
                pause();
                now = containers.get().stats(container.id());
            }
            send(out, container, before, now);
            while (stream && !exchange.clientGone()) {
                pause();
                before = now;
                now = containers.get().stats(container.id());
                send(out, container, before, now);
            }
        });
    }

    private static void send(OutputStream out, Container container, ContainerStats before, ContainerStats now)
            throws IOException {
        String line = StatsJson.write(container.id(), container.name(), before, now) + "\n";
        out.write(line.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(PERIOD_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the engine stops");
        }
    }

    private void update(Exchange exchange) throws IOException {
        UpdateJson asked = UpdateJson.read(exchange.jsonBody());
        List<String> warnings =
                containers.get().update(exchange.variable("name"), asked.resources(), asked.restartPolicy());
        if (asked.portBindings() != null) {
            containers.get().publish(exchange.variable("name"), asked.portBindings());
        }
        exchange.json(200, UpdateJson.answer(warnings));
    }
}
