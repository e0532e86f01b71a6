package io.felucca.docker.api.routes;

import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.Route;
import io.felucca.docker.json.system.InfoJson;
import io.felucca.docker.json.system.PluginJson;
import io.felucca.docker.json.system.SystemJson;
import io.felucca.docker.json.system.UsageJson;
import io.felucca.engine.EngineVersion;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/** The engine as a whole: {@code /_ping}, {@code /version}, {@code /info}, {@code /system/df}, {@code /plugins}. */
public final class SystemRoutes {

    /** From here on system df can be asked for some of its parts. */
    private static final int CHOSEN_USAGE = 42;

    private final EngineVersion version;
    private final Supplier<InfoJson.Sources> sources;
    private final Clock clock;

    /** @param sources asked for each request; throws UNAVAILABLE while one of them is away */
    public SystemRoutes(EngineVersion version, Supplier<InfoJson.Sources> sources, Clock clock) {
        this.version = version;
        this.sources = sources;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/_ping", this::ping),
                Route.of("HEAD", "/_ping", this::ping),
                Route.of("GET", "/version", exchange -> exchange.json(200, SystemJson.version(version.version()))),
                Route.of("GET", "/info", this::info),
                Route.of("GET", "/system/df", this::diskUsage),
                Route.of("GET", "/plugins", this::plugins),
                Route.of("GET", "/plugins/{name:*}/json", this::plugin));
    }

    /** Builder 1 is the classic one: there is no BuildKit. */
    private void ping(Exchange exchange) throws IOException {
        exchange.setHeader("Builder-Version", "1");
        exchange.setHeader("Swarm", "inactive");
        exchange.setHeader("Cache-Control", "no-cache, no-store, must-revalidate");
        exchange.setHeader("Pragma", "no-cache");
        exchange.text(200, "OK");
    }

    private void info(Exchange exchange) throws IOException {
        int api = exchange.target().apiMinor();
        exchange.json(200, InfoJson.write(sources.get(), clock.instant(), api));
    }

    private void plugins(Exchange exchange) throws IOException {
        exchange.json(200, PluginJson.list(sources.get().drivers(), exchange.filters()));
    }

    private void plugin(Exchange exchange) throws IOException {
        exchange.json(200, PluginJson.inspect(sources.get().drivers(), exchange.variable("name")));
    }

    private void diskUsage(Exchange exchange) throws IOException {
        InfoJson.Sources from = sources.get();
        exchange.json(
                200,
                UsageJson.write(
                        from.images(),
                        from.containers(),
                        from.volumes(),
                        exchange.target().apiMinor() < CHOSEN_USAGE ? List.of() : exchange.queryAll("type"),
                        clock.instant(),
                        exchange.target().apiMinor()));
    }
}
