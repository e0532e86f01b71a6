package io.felucca.containers.state;

import io.felucca.FeluccaException;
import io.felucca.containers.record.ContainerNames;
import io.felucca.containers.record.KeptLink;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All containers of the engine that are made whole. Thread-safe. */
public final class ContainerRegistry {

    private final ContainerNames names = new ContainerNames();
    private final ConcurrentHashMap<String, ManagedContainer> byId = new ConcurrentHashMap<>();

    public ContainerNames names() {
        return names;
    }

    public void add(ManagedContainer container) {
        byId.put(container.id, container);
    }

    public void remove(ManagedContainer container) {
        byId.remove(container.id);
        names.free(container.record().name(), container.id);
        names.forget(container.id);
    }

    /**
     * By id, by name, by a prefix of one id, or as another container calls it: {@code web/db}.
     *
     * @throws FeluccaException NOT_FOUND, or INVALID for a prefix of several ids
     */
    public ManagedContainer get(String name) {
        if (name.isEmpty()) {
            throw FeluccaException.invalid("invalid name or ID supplied: \"\"");
        }
        return find(name).orElseThrow(() -> FeluccaException.notFound("No such container: " + name));
    }

    public Optional<ManagedContainer> find(String name) {
        Optional<ManagedContainer> found = names.find(name).map(byId::get);
        return found.isPresent() || name == null ? found : linked(name.startsWith("/") ? name.substring(1) : name);
    }

    private Optional<ManagedContainer> linked(String path) {
        int slash = path.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String alias = path.substring(slash + 1);
        return names.find(path.substring(0, slash)).map(byId::get).stream()
                .flatMap(recipient -> recipient.record().host().links().stream())
                .filter(kept -> KeptLink.alias(kept).equals(alias))
                .findFirst()
                .map(kept -> byId.get(KeptLink.source(kept)));
    }

    public Optional<ManagedContainer> ofId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    public Collection<ManagedContainer> all() {
        return List.copyOf(byId.values());
    }
}
