package io.felucca.docker.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Containers;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.json.UpdateJson;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** What containers may use, and what they do: update, stats, top. */
final class ContainerUseRoutes {

    private static final int BODY_BYTES_MAX = 1 << 20;

    private final Supplier<Containers> containers;

    /** @param containers asked for each request; throws UNAVAILABLE while there are none */
    ContainerUseRoutes(Supplier<Containers> containers) {
        this.containers = containers;
    }

    List<Route> routes() {
        return List.of(Route.of("POST", "/containers/{name}/update", this::update));
    }

    private void update(Exchange exchange) throws IOException {
        JsonNode body;
        try {
            body = DockerJson.mapper().readTree(exchange.body().readNBytes(BODY_BYTES_MAX));
        } catch (JsonProcessingException e) {
            throw new FeluccaException(Kind.INVALID, e.getOriginalMessage(), e);
        }
        UpdateJson asked = UpdateJson.read(body);
        List<String> warnings =
                containers.get().update(exchange.variable("name"), asked.resources(), asked.restartPolicy());
        exchange.json(200, UpdateJson.answer(warnings));
    }
}
