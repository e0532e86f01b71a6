package io.felucca.docker.api.routes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.Route;
import io.felucca.docker.json.image.ProgressJson;
import io.felucca.images.Images;
import io.felucca.images.Images.Loaded;
import io.felucca.images.Images.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/** Images from archives and in archives: import, load, save. */
public final class ImageArchiveRoutes {

    private static final String STANDARD_INPUT = "-";
    private static final String JSON = "application/json";
    private static final String TAR = "application/x-tar";

    private final Supplier<Images> images;
    private final RegistryRoutes registry;

    /**
     * @param images asked for each request; throws UNAVAILABLE while there are none
     * @param registry has the pull, which shares its address with import
     */
    public ImageArchiveRoutes(Supplier<Images> images, RegistryRoutes registry) {
        this.images = images;
        this.registry = registry;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("POST", "/images/create", this::create),
                Route.of("POST", "/images/load", this::load),
                Route.of("GET", "/images/get", this::save),
                Route.of("GET", "/images/{name:*}/get", this::saveOne));
    }

    private void create(Exchange exchange) throws IOException {
        if (!exchange.query("fromImage").isEmpty()) {
            registry.pull(exchange);
            return;
        }
        String source = exchange.query("fromSrc");
        Images.Import image = new Images.Import(
                importedName(exchange),
                exchange.queryAll("changes"),
                exchange.query("message"),
                exchange.query("platform"));
        if (source.equals(STANDARD_INPUT)) {
            // dockerd tells nothing while it reads what the client sends.
            Digest id = images.get().importRootfs(exchange.body(), image, Progress.NONE);
            exchange.stream(200, JSON, out -> new MessageStream(out).send(ProgressJson.status("", id.value())));
            return;
        }
        exchange.stream(200, JSON, out -> {
            MessageStream messages = new MessageStream(out);
            Digest id = images.get().importUrl(source, image, messages.progress());
            messages.send(ProgressJson.status("", id.value()));
        });
    }

    private static String importedName(Exchange exchange) {
        String repository = exchange.query("repo");
        return repository.isEmpty() ? "" : ImageRoutes.reference(repository, exchange.query("tag"));
    }

    /**
     * As dockerd's, the answer is 200 whatever comes of it, and begins when all has been read: some clients leave with its
     * first byte, and take that for the end.
     */
    private void load(Exchange exchange) throws IOException {
        refusePlatform(exchange);
        boolean quiet = exchange.queryFlag("quiet", false);
        List<ObjectNode> told = Collections.synchronizedList(new ArrayList<>());
        try {
            Progress progress = (id, action, current, total) -> {
                if (id.isEmpty()) {
                    told.add(ProgressJson.stream(action + "\n"));
                } else if (!quiet) {
                    told.add(ProgressJson.progress(id, action, current, total));
                }
            };
            for (Loaded loaded : images.get().load(exchange.body(), progress)) {
                told.add(ProgressJson.stream(
                        loaded.reference().isEmpty()
                                ? "Loaded image ID: " + loaded.id() + "\n"
                                : "Loaded image: " + loaded.reference() + "\n"));
            }
        } catch (FeluccaException e) {
            told.add(ProgressJson.error(e.getMessage()));
        }
        exchange.stream(200, JSON, out -> told.forEach(new MessageStream(out)::send));
    }

    private void save(Exchange exchange) throws IOException {
        save(exchange, exchange.queryAll("names"));
    }

    private void saveOne(Exchange exchange) throws IOException {
        save(exchange, List.of(exchange.variable("name")));
    }

    private void save(Exchange exchange, List<String> names) throws IOException {
        refusePlatform(exchange);
        exchange.stream(200, TAR, out -> images.get().save(names, out));
    }

    private static void refusePlatform(Exchange exchange) {
        String platform = exchange.query("platform");
        if (!platform.isEmpty()) {
            throw FeluccaException.unsupported("cannot choose the platform " + platform
                    + " out of an archive: this engine keeps one platform of an image; leave --platform out");
        }
    }
}
