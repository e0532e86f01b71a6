package io.felucca.docker.api.routes;

import io.felucca.FeluccaException;
import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.Route;
import java.util.ArrayList;
import java.util.List;

/** Swarm: answered as an engine that is in none answers, so that clients go on without it. */
public final class SwarmRoutes {

    private static final String NO_MANAGER = "This node is not a swarm manager. Use \"docker swarm init\" or "
            + "\"docker swarm join\" to connect this node to swarm and try again.";

    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.of("POST", "/swarm/leave", exchange -> {
            throw FeluccaException.unavailable("This node is not part of a swarm");
        }));
        for (String action : List.of("init", "join")) {
            routes.add(Route.of("POST", "/swarm/" + action, exchange -> {
                throw FeluccaException.unsupported("cannot " + action + " a swarm: this engine has none");
            }));
        }
        for (String noun : List.of("swarm", "nodes", "services", "tasks", "secrets", "configs")) {
            for (String method : List.of("GET", "POST", "DELETE")) {
                routes.add(Route.of(method, "/" + noun, SwarmRoutes::refuse));
                routes.add(Route.of(method, "/" + noun + "/{rest:*}", SwarmRoutes::refuse));
            }
        }
        return routes;
    }

    private static void refuse(Exchange exchange) {
        throw FeluccaException.unavailable(NO_MANAGER);
    }
}
