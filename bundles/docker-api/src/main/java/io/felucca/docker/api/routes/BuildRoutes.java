package io.felucca.docker.api.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.builder.Builder;
import io.felucca.builder.Builder.StepFailure;
import io.felucca.containers.HostConfig;
import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.Route;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.json.container.CreateJson;
import io.felucca.docker.json.image.ProgressJson;
import io.felucca.docker.json.image.RegistryJson;
import io.felucca.docker.json.system.UsageJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Builds, in the words of the classic builder. */
public final class BuildRoutes {

    private static final Set<String> PRUNE_FILTERS =
            Set.of("until", "unused-for", "id", "parent", "type", "description", "inuse", "shared", "private");

    /** What the builder cannot do, by the parameter that asks for it. */
    private static final Map<String, String> NOT_BUILT = Map.of(
            "outputs", "--output",
            "isolation", "--isolation");

    private static final String REGISTRIES = "X-Registry-Config";

    private final Supplier<Builder> builder;
    private final Set<RunningBuild> runningBuilds = ConcurrentHashMap.newKeySet();

    /** @param builder asked for each request; throws UNAVAILABLE while there is none */
    public BuildRoutes(Supplier<Builder> builder) {
        this.builder = builder;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("POST", "/build", this::build),
                Route.of("POST", "/build/cancel", this::cancel),
                Route.of("POST", "/build/prune", this::prune));
    }

    private void build(Exchange exchange) throws IOException {
        refuseWhatIsNotBuilt(exchange);
        Builder.Request request = new Builder.Request(
                exchange.query("dockerfile"),
                "",
                exchange.queryAll("t"),
                texts(exchange, "buildargs"),
                exchange.query("target"),
                exchange.queryFlag("nocache", false),
                exchange.queryFlag("pull", false),
                exchange.query("rm").isEmpty()
                        || exchange.queryFlag("rm", true)
                        || exchange.queryFlag("forcerm", false),
                exchange.queryFlag("forcerm", false),
                texts(exchange, "labels"),
                hostConfig(exchange),
                exchange.query("platform"),
                cacheFrom(exchange),
                exchange.queryFlag("squash", false),
                Map.of(),
                Map.of(),
                RegistryJson.logins(exchange.header(REGISTRIES)));
        boolean quiet = exchange.queryFlag("q", false);
        Builder there = builder.get();
        Builder.Context context = exchange.query("remote").isEmpty()
                ? Builder.Context.of(exchange.body())
                : Builder.Context.remote(exchange.query("remote"));
        RunningBuild running = new RunningBuild(exchange.query("buildid"));
        exchange.stream(200, "application/json", out -> {
            MessageStream messages = new MessageStream(out);
            BuildOutput output = new BuildOutput(messages, quiet, () -> running.cancelled() || exchange.clientGone());
            runningBuilds.add(running);
            try {
                Digest image = there.build(request, context, output);
                if (quiet) {
                    messages.send(ProgressJson.stream(image + "\n"));
                }
            } catch (StepFailure e) {
                output.sendKept();
                messages.send(ProgressJson.error(e.getMessage(), e.code()));
            } catch (FeluccaException e) {
                output.sendKept();
                if (!messages.hasBegun()) {
                    throw e;
                }
                messages.send(ProgressJson.error(e.getMessage()));
            } finally {
                runningBuilds.remove(running);
            }
        });
    }

    private static void refuseWhatIsNotBuilt(Exchange exchange) {
        NOT_BUILT.forEach((name, what) -> {
            if (!exchange.query(name).isEmpty() && !exchange.query(name).equals("[]")) {
                throw FeluccaException.unsupported("this builder does not support " + what);
            }
        });
        if (exchange.query("version").equals("2")) {
            throw FeluccaException.unsupported(
                    "this builder is the classic one, not BuildKit: set DOCKER_BUILDKIT=0, or leave version=2 out");
        }
    }

    private static List<String> cacheFrom(Exchange exchange) {
        List<String> names = new ArrayList<>();
        json(exchange, "cachefrom").forEach(name -> names.add(name.asText()));
        return names;
    }

    private static Map<String, String> texts(Exchange exchange, String name) {
        Map<String, String> values = new LinkedHashMap<>();
        JsonNode node = json(exchange, name);
        node.properties()
                .forEach(field -> values.put(
                        field.getKey(),
                        field.getValue().isNull() ? null : field.getValue().asText()));
        return values;
    }

    private static JsonNode json(Exchange exchange, String name) {
        String text = exchange.query(name);
        if (text.isEmpty()) {
            return DockerJson.mapper().createObjectNode();
        }
        try {
            return DockerJson.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID, "error reading " + name + ": " + e.getOriginalMessage(), e);
        }
    }

    /** As create would read it. */
    private static HostConfig hostConfig(Exchange exchange) {
        ObjectNode host = DockerJson.mapper().createObjectNode();
        text(host, "NetworkMode", exchange.query("networkmode"));
        text(host, "CgroupParent", exchange.query("cgroupparent"));
        text(host, "CpusetCpus", exchange.query("cpusetcpus"));
        text(host, "CpusetMems", exchange.query("cpusetmems"));
        number(host, "Memory", exchange, "memory");
        number(host, "MemorySwap", exchange, "memswap");
        number(host, "CpuShares", exchange, "cpushares");
        number(host, "CpuPeriod", exchange, "cpuperiod");
        number(host, "CpuQuota", exchange, "cpuquota");
        number(host, "ShmSize", exchange, "shmsize");
        if (!exchange.query("ulimits").isEmpty()) {
            host.set("Ulimits", json(exchange, "ulimits"));
        }
        list(host, "ExtraHosts", exchange.query("extrahosts").split(","));
        list(host, "SecurityOpt", exchange.queryAll("securityopt").toArray(String[]::new));
        ObjectNode body = DockerJson.mapper().createObjectNode().put("Image", "build");
        body.set("HostConfig", host);
        return CreateJson.read(body, "", "").hostConfig();
    }

    private static void text(ObjectNode node, String name, String value) {
        if (!value.isEmpty()) {
            node.put(name, value);
        }
    }

    private static void number(ObjectNode node, String name, Exchange exchange, String parameter) {
        String value = exchange.query(parameter);
        if (value.matches("-?[0-9]{1,18}") && Long.parseLong(value) != 0) {
            node.put(name, Long.parseLong(value));
        }
    }

    private static void list(ObjectNode node, String name, String[] values) {
        for (String value : values) {
            if (!value.isBlank()) {
                node.withArray(name).add(value);
            }
        }
    }

    private void cancel(Exchange exchange) throws IOException {
        if (exchange.query("id").isEmpty()) {
            throw FeluccaException.invalid("build ID not provided");
        }
        for (RunningBuild build : runningBuilds) {
            if (build.id.equals(exchange.query("id"))) {
                build.cancelled.set(true);
            }
        }
        exchange.empty(200);
    }

    /** A build that can be cancelled by the id that its client chose. */
    private static final class RunningBuild {

        private final String id;
        private final AtomicBoolean cancelled = new AtomicBoolean();

        RunningBuild(String id) {
            this.id = id;
        }

        boolean cancelled() {
            return cancelled.get();
        }
    }

    private static long keepBytes(String text) {
        try {
            return text.isEmpty() ? 0 : Math.max(0, Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID,
                    "keep-storage is in bytes and expects an integer, got " + text + ": strconv.Atoi: parsing \"" + text
                            + "\": " + (text.matches("-?[0-9]+") ? "value out of range" : "invalid syntax"),
                    e);
        }
    }

    private void prune(Exchange exchange) throws IOException {
        for (String name : exchange.filters().keySet()) {
            if (!PRUNE_FILTERS.contains(name)) {
                throw FeluccaException.invalid("failed to prune build cache: Invalid filter '" + name + "'");
            }
        }
        Builder.Prune what = new Builder.Prune(exchange.filters(), keepBytes(exchange.query("keep-storage")));
        Builder.Pruned pruned = builder.get().prune(what);
        exchange.json(200, UsageJson.buildCachePruned(pruned.ids(), pruned.reclaimedBytes()));
    }
}
