package io.felucca.docker.api;

import io.felucca.FeluccaException;
import io.felucca.docker.json.UsageJson;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Builds: there is no builder yet. What clients ask for all the same is answered as by an engine that has built nothing. */
final class BuildRoutes {

    private static final Set<String> PRUNE_FILTERS =
            Set.of("until", "unused-for", "id", "parent", "type", "description", "inuse", "shared", "private");

    List<Route> routes() {
        return List.of(
                Route.of("POST", "/build", exchange -> {
                    throw FeluccaException.unsupported(
                            "cannot build: this engine has no builder yet; load or import the image");
                }),
                Route.of("POST", "/build/cancel", this::cancel),
                Route.of("POST", "/build/prune", this::prune));
    }

    private void cancel(Exchange exchange) throws IOException {
        if (exchange.query("id").isEmpty()) {
            throw FeluccaException.invalid("build ID not provided");
        }
        exchange.empty(200);
    }

    private void prune(Exchange exchange) throws IOException {
        for (String name : exchange.filters().keySet()) {
            if (!PRUNE_FILTERS.contains(name)) {
                throw FeluccaException.invalid("failed to prune build cache: Invalid filter '" + name + "'");
            }
        }
        String keep = exchange.query("keep-storage");
        if (!keep.matches("(?:-?[0-9]+)?")) {
            throw FeluccaException.invalid("keep-storage is in bytes and expects an integer, got " + keep
                    + ": strconv.Atoi: parsing \"" + keep + "\": invalid syntax");
        }
        exchange.json(200, UsageJson.noBuildCachePruned());
    }
}
