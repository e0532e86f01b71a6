package io.felucca.docker.api.routes;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.containers.ContainerArchives;
import io.felucca.containers.ContainerArchives.CommitSpec;
import io.felucca.containers.ContainerConfig;
import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.Route;
import io.felucca.docker.json.container.ArchiveJson;
import io.felucca.docker.json.container.CreateJson;
import io.felucca.images.Layers.Archive;
import io.felucca.images.Layers.Changes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The files of containers: changes, export, archive, and commit. */
public final class ContainerFileRoutes {

    private static final String PATH_STAT = "X-Docker-Container-Path-Stat";

    private final Supplier<ContainerArchives> archives;

    /** @param archives asked for each request; throws UNAVAILABLE while there are none */
    public ContainerFileRoutes(Supplier<ContainerArchives> archives) {
        this.archives = archives;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/containers/{name}/changes", this::changes),
                Route.of("GET", "/containers/{name}/export", this::export),
                Route.of("HEAD", "/containers/{name}/archive", this::stat),
                Route.of("GET", "/containers/{name}/archive", this::copyOut),
                Route.of("PUT", "/containers/{name}/archive", this::copyIn),
                Route.of("POST", "/commit", this::commit));
    }

    private void changes(Exchange exchange) throws IOException {
        try (Changes changes = archives.get().changes(exchange.variable("name"))) {
            exchange.stream(200, "application/json", out -> {
                ArchiveJson.writeChanges(changes, out);
                out.write('\n');
            });
        }
    }

    private void export(Exchange exchange) throws IOException {
        try (Archive archive = archives.get().export(exchange.variable("name"))) {
            exchange.stream(200, "application/octet-stream", archive::writeTo);
        }
    }

    private void stat(Exchange exchange) throws IOException {
        String path = path(exchange);
        exchange.setHeader(PATH_STAT, ArchiveJson.pathStatHeader(archives.get().stat(exchange.variable("name"), path)));
        exchange.empty(200);
    }

    private void copyOut(Exchange exchange) throws IOException {
        String path = path(exchange);
        try (Archive archive = archives.get().copyOut(exchange.variable("name"), path)) {
            exchange.setHeader(PATH_STAT, ArchiveJson.pathStatHeader(archive.stat()));
            exchange.stream(200, "application/x-tar", archive::writeTo);
        }
    }

    private void copyIn(Exchange exchange) throws IOException {
        archives.get()
                .copyIn(
                        exchange.variable("name"),
                        path(exchange),
                        exchange.body(),
                        exchange.queryFlag("noOverwriteDirNonDir", false),
                        exchange.queryFlag("copyUIDGID", false));
        exchange.empty(200);
    }

    private static String path(Exchange exchange) {
        String path = exchange.query("path");
        if (path.isEmpty()) {
            // The missing blank is dockerd 20.10's.
            throw FeluccaException.invalid("bad parameter: pathcannot be empty");
        }
        return path;
    }

    private void commit(Exchange exchange) throws IOException {
        ContainerConfig config = config(exchange);
        CommitSpec spec = new CommitSpec(
                exchange.query("repo"),
                exchange.query("tag"),
                exchange.query("author"),
                exchange.query("comment"),
                exchange.queryAll("changes"),
                exchange.query("pause").isEmpty() || exchange.queryFlag("pause", true),
                config);
        String container = exchange.query("container");
        if (container.isEmpty()) {
            throw FeluccaException.invalid("invalid name or ID supplied: \"\"");
        }
        exchange.json(201, Map.of("Id", archives.get().commit(container, spec).value()));
    }

    /** Null for none. */
    private static ContainerConfig config(Exchange exchange) throws IOException {
        JsonNode node = exchange.jsonBody();
        return node.isObject() ? CreateJson.config(node) : null;
    }
}
