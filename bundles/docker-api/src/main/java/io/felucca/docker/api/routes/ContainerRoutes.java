package io.felucca.docker.api.routes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.felucca.FeluccaException;
import io.felucca.containers.Container;
import io.felucca.containers.Containers;
import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.Route;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.json.container.ContainerJson;
import io.felucca.docker.json.container.CreateJson;
import io.felucca.docker.json.image.ImageNames;
import io.felucca.images.Images;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Containers as records: made, listed, shown, renamed, removed. */
public final class ContainerRoutes {

    /** From here on a container can be made with several networks. */
    private static final int SEVERAL_NETWORKS = 44;

    private final Supplier<Containers> containers;
    private final Supplier<Images> images;
    private final Clock clock;

    /** @param containers asked for each request, as {@code images} is; throws UNAVAILABLE while there are none */
    public ContainerRoutes(Supplier<Containers> containers, Supplier<Images> images, Clock clock) {
        this.containers = containers;
        this.images = images;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/containers/json", this::list),
                Route.of("POST", "/containers/create", this::create),
                Route.of("POST", "/containers/prune", this::prune),
                Route.of("GET", "/containers/{name:*}/json", this::inspect),
                Route.of("POST", "/containers/{name:*}/rename", this::rename),
                Route.of("DELETE", "/containers/{name:*}", this::remove));
    }

    private void list(Exchange exchange) throws IOException {
        int limit = exchange.queryNumber("limit", 0);
        boolean sizes = exchange.queryFlag("size", false);
        List<Container> found =
                containers.get().list(exchange.queryFlag("all", false) || limit > 0, exchange.filters());
        List<Container> shown = limit > 0 && limit < found.size() ? found.subList(0, limit) : found;
        ImageNames names = new ImageNames(images.get());
        Instant now = clock.instant();
        ArrayNode list = DockerJson.mapper().createArrayNode();
        for (Container container : shown) {
            ImageNames.Named image = names.of(container);
            if (!sizes) {
                list.add(ContainerJson.summary(container, image.name(), now));
                continue;
            }
            try {
                long own = containers.get().sizeBytes(container.id());
                list.add(ContainerJson.summary(container, image.name(), now, own, own + image.sizeBytes()));
            } catch (FeluccaException e) {
                if (e.kind() != FeluccaException.Kind.NOT_FOUND) {
                    throw e;
                }
            }
        }
        exchange.json(200, list);
    }

    private void create(Exchange exchange) throws IOException {
        var spec = CreateJson.read(exchange.jsonBody(), exchange.query("name"), exchange.query("platform"));
        if (exchange.target().apiMinor() < SEVERAL_NETWORKS && spec.endpoints().size() > 1) {
            throw FeluccaException.invalid("Container cannot be connected to network endpoints: "
                    + String.join(", ", new TreeSet<>(spec.endpoints().keySet())));
        }
        exchange.json(201, ContainerJson.created(containers.get().create(spec)));
    }

    private void prune(Exchange exchange) throws IOException {
        exchange.json(200, ContainerJson.pruned(containers.get().prune(exchange.filters())));
    }

    private void inspect(Exchange exchange) throws IOException {
        Container container = containers.get().inspect(exchange.variable("name"));
        if (!exchange.queryFlag("size", false)) {
            exchange.json(200, ContainerJson.inspect(container));
            return;
        }
        long own = containers.get().sizeBytes(container.id());
        long image = new ImageNames(images.get()).of(container).sizeBytes();
        exchange.json(200, ContainerJson.inspect(container, own, own + image));
    }

    private void rename(Exchange exchange) throws IOException {
        containers.get().rename(exchange.variable("name"), exchange.query("name"));
        exchange.empty(204);
    }

    private void remove(Exchange exchange) throws IOException {
        String name = exchange.variable("name");
        if (exchange.queryFlag("link", false)) {
            containers.get().unlink(name);
        } else {
            containers.get().remove(name, exchange.queryFlag("force", false), exchange.queryFlag("v", false));
        }
        exchange.empty(204);
    }
}
