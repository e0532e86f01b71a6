package io.felucca.docker.api.routes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.felucca.Digest;
import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.Route;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.json.FilterJson;
import io.felucca.docker.json.image.ImageJson;
import io.felucca.images.Image;
import io.felucca.images.ImageReference;
import io.felucca.images.Images;
import io.felucca.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What images there are, their names, and their removal. */
public final class ImageRoutes {

    private final Supplier<Images> images;
    private final Supplier<Storage> storage;

    /** @param images asked for each request, as {@code storage}; both throw UNAVAILABLE while there are none */
    public ImageRoutes(Supplier<Images> images, Supplier<Storage> storage) {
        this.images = images;
        this.storage = storage;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/images/json", this::list),
                Route.of("GET", "/images/{name:*}/json", this::inspect),
                Route.of("GET", "/images/{name:*}/history", this::history),
                Route.of("POST", "/images/prune", this::prune),
                Route.of("POST", "/images/{name:*}/tag", this::tag),
                Route.of("DELETE", "/images/{name:*}", this::remove));
    }

    private void list(Exchange exchange) throws IOException {
        int api = exchange.target().apiMinor();
        List<Image> found =
                images.get().list(exchange.queryFlag("all", false), FilterJson.read(exchange.query("filters")));
        Map<Digest, Long> shared = exchange.queryFlag("shared-size", false)
                ? images.get().diskUsage().sharedBytes()
                : Map.of();
        ArrayNode answer = DockerJson.mapper().createArrayNode();
        for (Image image : found) {
            answer.add(ImageJson.summary(image, shared.getOrDefault(image.id(), -1L), -1, api));
        }
        exchange.json(200, answer);
    }

    private void inspect(Exchange exchange) throws IOException {
        Image image = images.get().get(exchange.variable("name"));
        exchange.json(
                200, ImageJson.inspect(image, storage.get(), exchange.target().apiMinor()));
    }

    private void history(Exchange exchange) throws IOException {
        Image image = images.get().get(exchange.variable("name"));
        exchange.json(200, ImageJson.history(image, ImageJson.lineage(image, images.get())));
    }

    private void tag(Exchange exchange) throws IOException {
        // dockerd looks for the image first, then at the words.
        images.get().get(exchange.variable("name"));
        images.get().tag(exchange.variable("name"), reference(exchange.query("repo"), exchange.query("tag")));
        exchange.empty(201);
    }

    /** A tag that is given by itself takes the place of the one in the name. */
    static String reference(String repository, String tag) {
        ImageReference reference = ImageReference.parse(repository);
        return tag.isEmpty() ? repository : reference.withTag(tag).familiar();
    }

    private void remove(Exchange exchange) throws IOException {
        exchange.json(
                200,
                ImageJson.removed(images.get()
                        .remove(
                                exchange.variable("name"),
                                exchange.queryFlag("force", false),
                                !exchange.queryFlag("noprune", false))));
    }

    private void prune(Exchange exchange) throws IOException {
        exchange.json(200, ImageJson.pruned(images.get().prune(FilterJson.read(exchange.query("filters")))));
    }
}
