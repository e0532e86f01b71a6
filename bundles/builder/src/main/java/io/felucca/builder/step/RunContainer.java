package io.felucca.builder.step;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.builder.Builder.Output;
import io.felucca.builder.files.Cancellation;
import io.felucca.builder.work.BuildFolder;
import io.felucca.builder.work.Services;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.AttachQuery;
import io.felucca.containers.Containers.Attachment;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.Containers.Exit;
import io.felucca.containers.Containers.OutputSink;
import io.felucca.containers.HostConfig;
import io.felucca.images.ImageConfig;
import io.felucca.images.Layers.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** The container of one RUN: made, run to its end, and asked for its layer. */
public final class RunContainer {

    private static final long LOOK_MILLIS = 200;

    private final Services services;
    private final String name;
    private final String id;
    private final BuildFolder work;
    private final Set<String> variables;

    private RunContainer(Services services, BuildFolder work, String name, String id, Set<String> variables) {
        this.services = services;
        this.work = work;
        this.name = name;
        this.id = id;
        this.variables = variables;
    }

    public static RunContainer create(
            Services services,
            BuildFolder work,
            Digest image,
            List<String> entrypoint,
            List<String> command,
            Map<String, String> arguments,
            ImageConfig config,
            HostConfig host) {
        String name = "build-" + Services.newId().substring(0, 12);
        List<String> env = new ArrayList<>(config.env());
        arguments.forEach((variable, value) -> env.add(variable + "=" + value));
        ContainerConfig wanted = new ContainerConfig(
                null,
                null,
                config.user(),
                false,
                true,
                true,
                Set.of(),
                false,
                false,
                false,
                env,
                command,
                ImageConfig.Healthcheck.NONE,
                image.value(),
                Set.of(),
                config.workingDir(),
                entrypoint,
                Map.of(),
                null,
                null);
        work.note("container " + name);
        String id = services.containers()
                .create(new ContainerSpec(name, "", wanted, host))
                .id();
        Set<String> variables =
                env.stream().map(entry -> entry.split("=", 2)[0]).collect(Collectors.toSet());
        return new RunContainer(services, work, name, id, variables);
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    /** @return its exit code. @throws FeluccaException when it cannot be started, or nobody wants the build any more */
    int run(Output output, StepMounts mounts) {
        if (mounts.targets().isEmpty()) {
            return run(output, mounts.environment(variables));
        }
        Layer layer = layer();
        mounts.own(layer.idMap());
        MountPoints points = new MountPoints(services, layer, mounts.targets());
        int code = run(output, mounts.environment(variables));
        points.remove(work, layer);
        return code;
    }

    private int run(Output output, List<String> environment) {
        Containers containers = services.containers();
        OutputSink sink = (stderr, bytes, offset, length) -> {
            output.bytes(stderr, bytes, offset, length);
            return true;
        };
        CompletableFuture<Exit> exit = containers.await(id, Condition.NEXT_EXIT);
        try (Attachment attachment = containers.attach(id, new AttachQuery(false, true, true, false), sink)) {
            containers.start(id, environment);
            int code = wait(exit, output).code();
            wait(attachment.done(), output);
            return code;
        } finally {
            exit.cancel(false);
        }
    }

    private static <T> T wait(CompletableFuture<T> future, Output output) {
        while (true) {
            try {
                return future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (!output.wantsMore()) {
                    throw Cancellation.exception(e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new FeluccaException(FeluccaException.Kind.UNAVAILABLE, "the build was interrupted", e);
            } catch (ExecutionException e) {
                throw FeluccaException.system("the container of a step was lost: " + e.getCause(), e.getCause());
            }
        }
    }

    /** What it wrote. */
    Layer layer() {
        String driver = services.containers().get(id).storageDriver();
        IdMap map = services.storage()
                .with(driver, store -> store.find(id))
                .orElseThrow(() -> FeluccaException.notFound("the layer of the container " + id + " is gone"))
                .idMap();
        return new Layer(driver, id, map);
    }

    void remove() {
        services.containers().remove(id, true, true);
    }
}
