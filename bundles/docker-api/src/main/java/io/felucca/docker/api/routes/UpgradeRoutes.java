package io.felucca.docker.api.routes;

import io.felucca.FeluccaException;
import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.Route;
import io.felucca.engine.UpgradeHandler;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** {@code POST /felucca/NAME}: the way in for the command server and others that are services. */
public final class UpgradeRoutes {

    private final Map<String, UpgradeHandler> handlers;

    /** @param handlers by name; it changes as services come and go */
    public UpgradeRoutes(Map<String, UpgradeHandler> handlers) {
        this.handlers = handlers;
    }

    public List<Route> routes() {
        return List.of(Route.of("POST", "/felucca/{name}", this::upgrade));
    }

    private void upgrade(Exchange exchange) throws IOException {
        String name = exchange.variable("name");
        String protocol = "felucca-" + name;
        if (!exchange.header("Upgrade").equalsIgnoreCase(protocol)) {
            throw FeluccaException.invalid("cannot open /felucca/" + name + ": the request must have the headers "
                    + "Connection: Upgrade and Upgrade: " + protocol);
        }
        UpgradeHandler handler = handlers.get(name);
        if (handler == null) {
            throw FeluccaException.unavailable(
                    "cannot open /felucca/" + name + ": nothing in this engine serves it at the moment");
        }
        exchange.upgrade(protocol, Map.of(), (in, out) -> handler.serve(in, out, exchange.peer()));
    }
}
