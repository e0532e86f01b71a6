package io.felucca.docker.api.routes;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.Route;
import io.felucca.docker.json.FilterJson;
import io.felucca.docker.json.VolumeJson;
import io.felucca.volumes.Volumes;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Volumes: list, inspect, create, remove, prune. */
public final class VolumeRoutes {

    /** From here on prune takes anonymous volumes only, unless it is asked for all. */
    private static final int PRUNES_ANONYMOUS = 42;

    private final Supplier<Volumes> volumes;

    /** @param volumes asked for each request; throws UNAVAILABLE while there are none */
    public VolumeRoutes(Supplier<Volumes> volumes) {
        this.volumes = volumes;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/volumes", this::list),
                Route.of("POST", "/volumes/create", this::create),
                Route.of("POST", "/volumes/prune", this::prune),
                Route.of("GET", "/volumes/{name:*}", this::inspect),
                Route.of("DELETE", "/volumes/{name:*}", this::remove));
    }

    private void list(Exchange exchange) throws IOException {
        exchange.json(200, VolumeJson.list(volumes.get().list(FilterJson.read(exchange.query("filters")))));
    }

    private void inspect(Exchange exchange) throws IOException {
        exchange.json(200, VolumeJson.inspect(volumes.get().get(exchange.variable("name"))));
    }

    private void create(Exchange exchange) throws IOException {
        exchange.json(201, VolumeJson.inspect(volumes.get().create(VolumeJson.spec(body(exchange)))));
    }

    private static JsonNode body(Exchange exchange) throws IOException {
        JsonNode body = exchange.jsonBody();
        if (body.isMissingNode()) {
            throw FeluccaException.invalid("got EOF while reading request body");
        }
        return body;
    }

    private void remove(Exchange exchange) throws IOException {
        volumes.get().remove(exchange.variable("name"), exchange.queryFlag("force", false));
        exchange.empty(204);
    }

    private void prune(Exchange exchange) throws IOException {
        Map<String, List<String>> filters = new LinkedHashMap<>(FilterJson.read(exchange.query("filters")));
        if (exchange.target().apiMinor() < PRUNES_ANONYMOUS) {
            if (filters.containsKey("all")) {
                throw FeluccaException.invalid("Invalid filter 'all'");
            }
            filters.put("all", List.of("true"));
        }
        exchange.json(200, VolumeJson.pruned(volumes.get().prune(filters)));
    }
}
