package io.felucca.docker.api;

import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.images.Images;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** What needs a registry: refused, in words that say so, for this engine has no client of registries. */
final class RegistryRoutes {

    private final Supplier<Images> images;

    /** @param images asked for each request; throws UNAVAILABLE while there are none */
    RegistryRoutes(Supplier<Images> images) {
        this.images = images;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/images/search", exchange -> {
                    int limit = exchange.queryNumber("limit", 25);
                    if (limit < 1 || limit > 100) {
                        throw FeluccaException.invalid("Limit " + limit + " is outside the range of [1, 100]");
                    }
                    throw refused("search for " + exchange.query("term"), "");
                }),
                Route.of("POST", "/images/{name:*}/push", this::push),
                Route.of("GET", "/distribution/{name:*}/json", exchange -> {
                    throw refused("look up " + ImageReference.parse(exchange.variable("name")), "");
                }),
                Route.of("POST", "/auth", exchange -> {
                    throw refused("log in", "");
                }));
    }

    /** A 404, by which clients know that the image cannot be had and asking again is no use. */
    static FeluccaException cannotPull(String name, String tag) {
        if (name.equals("scratch")) {
            return FeluccaException.forbidden("'scratch' is a reserved name");
        }
        boolean digest = tag.indexOf(':') > 0;
        String reference = tag.isEmpty() ? name : digest ? name + "@" + tag : ImageRoutes.reference(name, tag);
        return FeluccaException.notFound("cannot pull " + ImageReference.parse(reference) + ": "
                + "this engine does not reach registries; load or import the image");
    }

    private void push(Exchange exchange) throws IOException {
        String name = exchange.variable("name");
        ImageReference reference = ImageReference.parse(ImageRoutes.reference(name, exchange.query("tag")));
        images.get().get(reference.familiar());
        throw refused("push " + reference, "; save the image, then load it where it is wanted");
    }

    private static FeluccaException refused(String attempt, String remedy) {
        return FeluccaException.unsupported("cannot " + attempt + ": this engine does not reach registries" + remedy);
    }
}
