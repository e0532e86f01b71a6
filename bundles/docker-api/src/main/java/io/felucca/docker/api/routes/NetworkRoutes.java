package io.felucca.docker.api.routes;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.containers.Containers;
import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.Route;
import io.felucca.docker.json.FilterJson;
import io.felucca.docker.json.NetworkJson;
import io.felucca.docker.json.container.EndpointJson;
import io.felucca.networks.Networks;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Networks: list, inspect, create, remove, prune, connect, disconnect. */
public final class NetworkRoutes {

    private final Supplier<Networks> networks;
    private final Supplier<Containers> containers;

    /** @param networks asked for each request, as {@code containers}; throws UNAVAILABLE while there are none */
    public NetworkRoutes(Supplier<Networks> networks, Supplier<Containers> containers) {
        this.networks = networks;
        this.containers = containers;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/networks", this::list),
                Route.of("GET", "/networks/", this::list),
                Route.of("POST", "/networks/create", this::create),
                Route.of("POST", "/networks/prune", this::prune),
                Route.of("GET", "/networks/{name:*}", this::inspect),
                Route.of("POST", "/networks/{name:*}/connect", this::connect),
                Route.of("POST", "/networks/{name:*}/disconnect", this::disconnect),
                Route.of("DELETE", "/networks/{name:*}", this::remove));
    }

    private void list(Exchange exchange) throws IOException {
        exchange.json(
                200,
                networks.get().list(FilterJson.read(exchange.query("filters"))).stream()
                        .map(network -> NetworkJson.inspect(network, false))
                        .toList());
    }

    private void inspect(Exchange exchange) throws IOException {
        String scope = exchange.query("scope");
        if (!scope.isEmpty() && !scope.equals("local")) {
            throw FeluccaException.notFound("network " + exchange.variable("name") + " not found");
        }
        exchange.json(200, NetworkJson.inspect(networks.get().get(exchange.variable("name")), true));
    }

    private void create(Exchange exchange) throws IOException {
        Networks.Created created = networks.get().create(NetworkJson.read(body(exchange)));
        exchange.json(201, NetworkJson.created(created));
    }

    private void remove(Exchange exchange) throws IOException {
        networks.get().remove(exchange.variable("name"));
        exchange.empty(204);
    }

    private void prune(Exchange exchange) throws IOException {
        List<String> names = networks.get().prune(FilterJson.read(exchange.query("filters")));
        exchange.json(
                200,
                names.isEmpty()
                        ? java.util.Collections.singletonMap("NetworksDeleted", null)
                        : Map.of("NetworksDeleted", names));
    }

    private void connect(Exchange exchange) throws IOException {
        EndpointJson.Connection asked = EndpointJson.connection(body(exchange));
        containers.get().connect(asked.container(), exchange.variable("name"), asked.endpoint());
        exchange.empty(200);
    }

    private void disconnect(Exchange exchange) throws IOException {
        EndpointJson.Connection asked = EndpointJson.connection(body(exchange));
        containers.get().disconnect(asked.container(), exchange.variable("name"), asked.force());
        exchange.empty(200);
    }

    private static JsonNode body(Exchange exchange) throws IOException {
        JsonNode body = exchange.jsonBody();
        if (body.isMissingNode()) {
            throw FeluccaException.invalid("got EOF while reading request body");
        }
        return body;
    }
}
