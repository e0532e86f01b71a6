package io.felucca.docker.api;

import io.felucca.docker.json.SystemJson;
import io.felucca.engine.EngineVersion;
import java.io.IOException;
import java.util.List;

/** {@code /_ping} and {@code /version}. */
final class SystemRoutes {

    private final EngineVersion version;

    SystemRoutes(EngineVersion version) {
        this.version = version;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/_ping", this::ping),
                Route.of("HEAD", "/_ping", this::ping),
                Route.of("GET", "/version", exchange -> exchange.json(200, SystemJson.version(version.version()))));
    }

    /** Builder 1 is the classic one: there is no BuildKit. */
    private void ping(Exchange exchange) throws IOException {
        exchange.setHeader("Builder-Version", "1");
        exchange.setHeader("Swarm", "inactive");
        exchange.setHeader("Cache-Control", "no-cache, no-store, must-revalidate");
        exchange.setHeader("Pragma", "no-cache");
        exchange.text(200, "OK");
    }
}
