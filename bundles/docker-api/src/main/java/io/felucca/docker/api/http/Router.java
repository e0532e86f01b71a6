package io.felucca.docker.api.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.FeluccaException;
import io.felucca.engine.EngineVersion;
import io.felucca.engine.UpgradeHandler.Peer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the route of a request and tells its errors in Docker's form. Thread-safe. */
public final class Router {

    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private final List<Route> routes;
    private final ObjectMapper mapper;
    private final String server;

    public Router(List<Route> routes, ObjectMapper mapper, String engineVersion) {
        this.routes = List.copyOf(routes);
        this.mapper = mapper;
        this.server = "Felucca/" + engineVersion + " (linux)";
    }

    /** The body of an error. */
    record Failure(String message) {}

    /** Answers one request. @return whether the connection can serve another */
    boolean serve(HttpConnection connection, OutputStream socketOut, ClassicHttpRequest request, Peer peer)
            throws IOException {
        FeluccaException refusal = null;
        RequestTarget target;
        try {
            target = RequestTarget.parse(request.getRequestUri());
        } catch (FeluccaException e) {
            refusal = e;
            target = new RequestTarget(0, "", Map.of());
        }
        Route route = null;
        Map<String, String> variables = Map.of();
        for (Route candidate : routes) {
            Optional<Map<String, String>> match = candidate.match(request.getMethod(), target.path());
            if (match.isPresent()) {
                route = candidate;
                variables = match.get();
                break;
            }
        }
        HttpExchange exchange = new HttpExchange(connection, socketOut, request, target, variables, peer, mapper);
        exchange.setHeader("Api-Version", EngineVersion.API_VERSION);
        exchange.setHeader("Docker-Experimental", "false");
        exchange.setHeader("Ostype", "linux");
        exchange.setHeader("Server", server);
        if (refusal != null) {
            fail(exchange, refusal);
        } else if (route == null) {
            fail(exchange, FeluccaException.notFound("page not found"));
        } else {
            handle(exchange, route);
        }
        return exchange.keepAlive();
    }

    private static void handle(HttpExchange exchange, Route route) throws IOException {
        try {
            route.handler().handle(exchange);
        } catch (FeluccaException e) {
            fail(exchange, e);
        } catch (UncheckedIOException e) {
            if (exchange.committed()) {
                throw e.getCause();
            }
            fail(exchange, FeluccaException.system(e.getMessage(), e));
        } catch (RuntimeException e) {
            // The last frame of this connection's thread: a fault in one handler must not end the server.
            LOG.error("{} {} failed", exchange.method(), exchange.target().path(), e);
            fail(exchange, FeluccaException.system("internal error: " + e));
        } catch (OutOfMemoryError e) {
            // What the request held is free again by now, and the engine's other work needs none of it.
            LOG.error(
                    "{} {} failed: out of memory ({})",
                    exchange.method(),
                    exchange.target().path(),
                    e.getMessage());
            fail(
                    exchange,
                    FeluccaException.system("the engine has too little memory for this request (" + e.getMessage()
                            + "): repeat it later, or give the engine more (FELUCCA_JAVA_OPTS=-Xmx512m)"));
        }
    }

    private static void fail(HttpExchange exchange, FeluccaException failure) throws IOException {
        if (exchange.committed()) {
            throw new IOException("failed after the answer began: " + failure.getMessage(), failure);
        }
        int status = Statuses.of(failure.kind());
        if (status == 304) {
            exchange.empty(status);
        } else {
            exchange.json(status, new Failure(failure.getMessage()));
        }
    }
}
