package io.felucca.docker.api.routes;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.Route;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.json.image.ProgressJson;
import io.felucca.docker.json.image.RegistryJson;
import io.felucca.docker.json.image.SearchFilter;
import io.felucca.images.ImageReference;
import io.felucca.registry.Registry;
import io.felucca.registry.Registry.Credentials;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What needs a registry: pull, push, search, the check of a password, a look at an image that is not here. */
public final class RegistryRoutes {

    private static final String JSON = "application/json";
    private static final String AUTH = "X-Registry-Auth";

    private final Supplier<Registry> registry;

    /** @param registry asked for each request; throws UNAVAILABLE while there is none */
    public RegistryRoutes(Supplier<Registry> registry) {
        this.registry = registry;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/images/search", this::search),
                Route.of("POST", "/images/{name:*}/push", this::push),
                Route.of("GET", "/distribution/{name:*}/json", this::inspect),
                Route.of("POST", "/auth", this::login));
    }

    /** {@code POST /images/create?fromImage=}: without a tag, every tag of the repository. */
    void pull(Exchange exchange) throws IOException {
        String name = exchange.query("fromImage");
        String tag = exchange.query("tag");
        boolean digest = tag.indexOf(':') > 0;
        ImageReference reference = ImageReference.parse(
                tag.isEmpty() ? name : digest ? name + "@" + tag : ImageRoutes.reference(name, tag));
        boolean all = tag.isEmpty() && isNameOnly(name);
        String platform = exchange.query("platform");
        Credentials credentials = RegistryJson.credentials(exchange.header(AUTH));
        transfer(exchange, progress -> {
            if (all) {
                registry.get().pullAll(reference, platform, credentials, progress);
            } else {
                registry.get().pull(reference, platform, credentials, progress);
            }
        });
    }

    private static boolean isNameOnly(String name) {
        return name.indexOf('@') < 0 && name.lastIndexOf(':') <= name.lastIndexOf('/');
    }

    private void push(Exchange exchange) throws IOException {
        String name = exchange.variable("name");
        String tag = exchange.query("tag");
        if (!exchange.query("platform").isEmpty()) {
            throw FeluccaException.unsupported("cannot choose the platform " + exchange.query("platform")
                    + ": this engine keeps one platform of an image; leave --platform out");
        }
        ImageReference reference = ImageReference.parse(ImageRoutes.reference(name, tag));
        boolean all = tag.isEmpty() && isNameOnly(name);
        Credentials credentials = RegistryJson.credentials(exchange.header(AUTH));
        transfer(exchange, progress -> {
            if (all) {
                registry.get().pushAll(reference, credentials, progress);
            } else {
                registry.get().push(reference, credentials, progress);
            }
        });
    }

    /** What fails before the first message is told by the status, later by a message. */
    private static void transfer(Exchange exchange, Consumer<Registry.Progress> work) throws IOException {
        exchange.stream(200, JSON, out -> {
            MessageStream messages = new MessageStream(out);
            try {
                work.accept(messages.transfers(exchange::clientGone));
            } catch (FeluccaException e) {
                if (!messages.hasBegun()) {
                    throw e;
                }
                messages.send(ProgressJson.error(e.getMessage()));
            }
        });
    }

    private void search(Exchange exchange) throws IOException {
        SearchFilter filter = SearchFilter.of(exchange.filters());
        int limit = exchange.queryNumber("limit", Registry.DEFAULT_SEARCH_LIMIT);
        Credentials credentials = RegistryJson.credentials(exchange.header(AUTH));
        List<Registry.Found> found = registry.get().search(exchange.query("term"), limit, credentials);
        exchange.json(
                200, RegistryJson.found(found.stream().filter(filter::fits).toList()));
    }

    private void inspect(Exchange exchange) throws IOException {
        ImageReference reference = ImageReference.parse(exchange.variable("name"));
        Credentials credentials = RegistryJson.credentials(exchange.header(AUTH));
        exchange.json(200, RegistryJson.inspected(registry.get().inspect(reference, false, credentials)));
    }

    private void login(Exchange exchange) throws IOException {
        RegistryJson.Login login = RegistryJson.login(exchange.jsonBody());
        try {
            registry.get().login(login.server(), login.credentials());
        } catch (FeluccaException e) {
            // dockerd's status for a user whom the registry refuses is 500.
            throw e.kind() == Kind.FORBIDDEN ? FeluccaException.system(e.getMessage(), e) : e;
        }
        exchange.json(
                200,
                DockerJson.mapper().createObjectNode().put("IdentityToken", "").put("Status", "Login Succeeded"));
    }
}
