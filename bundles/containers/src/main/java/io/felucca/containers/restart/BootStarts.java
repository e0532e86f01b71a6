package io.felucca.containers.restart;

import io.felucca.containers.HostConfig;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.KeptLink;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.ManagedContainer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The order of the starts that follow a start of the engine: a container is started when all those whose namespaces,
 * links or volumes it uses have been, and beside all others. A start that fails holds up nothing: what needs it fails, too,
 * and is tried again.
 */
public final class BootStarts {

    private static final Logger LOG = LoggerFactory.getLogger(BootStarts.class);
    private static final String CONTAINER = "container:";

    private final ContainerRegistry registry;

    public BootStarts(ContainerRegistry registry) {
        this.registry = registry;
    }

    /** Returns at once. @param start throws nothing that its caller must know of */
    public CompletableFuture<Void> start(
            List<ManagedContainer> waiting, Executor executor, Consumer<ManagedContainer> start) {
        Map<String, CompletableFuture<Void>> started = new HashMap<>();
        for (ManagedContainer container : ordered(waiting)) {
            CompletableFuture<?>[] before = needs(container.record()).stream()
                    .map(started::get)
                    .filter(other -> other != null)
                    .toArray(CompletableFuture[]::new);
            started.put(
                    container.id,
                    CompletableFuture.allOf(before)
                            .thenRunAsync(() -> start.accept(container), executor)
                            .exceptionally(failure -> {
                                LOG.warn("restarting container {}", container.id, failure);
                                return null;
                            }));
        }
        return CompletableFuture.allOf(started.values().toArray(CompletableFuture[]::new));
    }

    /** Each after those that it needs; those that need each other come last. Without recursion: a chain may be long. */
    List<ManagedContainer> ordered(List<ManagedContainer> waiting) {
        Map<String, ManagedContainer> byId = new LinkedHashMap<>();
        waiting.forEach(container -> byId.put(container.id, container));
        Map<String, Integer> missing = new HashMap<>();
        Map<String, List<ManagedContainer>> dependents = new HashMap<>();
        for (ManagedContainer container : byId.values()) {
            Set<String> needs = needs(container.record());
            needs.retainAll(byId.keySet());
            missing.put(container.id, needs.size());
            needs.forEach(id ->
                    dependents.computeIfAbsent(id, key -> new ArrayList<>()).add(container));
        }
        List<ManagedContainer> ordered = new ArrayList<>();
        byId.values().stream()
                .filter(container -> missing.get(container.id) == 0)
                .forEach(ordered::add);
        for (int next = 0; next < ordered.size(); next++) {
            for (ManagedContainer dependent : dependents.getOrDefault(ordered.get(next).id, List.of())) {
                if (missing.merge(dependent.id, -1, Integer::sum) == 0) {
                    ordered.add(dependent);
                }
            }
        }
        Set<ManagedContainer> all = new LinkedHashSet<>(ordered);
        all.addAll(byId.values());
        return List.copyOf(all);
    }

    /** The ids of the containers that a container needs something of, but for itself. */
    private Set<String> needs(ContainerRecord record) {
        HostConfig host = record.host();
        Stream<String> shared = Stream.of(host.networkMode(), host.ipcMode(), host.pidMode())
                .filter(mode -> mode != null && mode.startsWith(CONTAINER))
                .map(mode -> mode.substring(CONTAINER.length()));
        Stream<String> volumes = host.volumesFrom().stream().map(word -> word.split(":", 2)[0]);
        Set<String> needs = new LinkedHashSet<>();
        host.links().forEach(kept -> needs.add(KeptLink.source(kept)));
        Stream.concat(Stream.concat(shared, record.networkOf().stream()), volumes)
                .filter(name -> !name.isEmpty())
                .forEach(name -> registry.find(name).ifPresent(other -> needs.add(other.id)));
        needs.remove(record.id());
        return needs;
    }
}
