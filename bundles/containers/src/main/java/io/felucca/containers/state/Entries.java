package io.felucca.containers.state;

import io.felucca.FeluccaException;
import io.felucca.containers.record.KeptLink;
import io.felucca.containers.record.Names;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All containers of the engine that are made whole. Thread-safe. */
public final class Entries {

    private final Names names = new Names();
    private final ConcurrentHashMap<String, Entry> byId = new ConcurrentHashMap<>();

    public Names names() {
        return names;
    }

    public void add(Entry entry) {
        byId.put(entry.id, entry);
    }

    public void remove(Entry entry) {
        byId.remove(entry.id);
        names.free(entry.record().name(), entry.id);
        names.forget(entry.id);
    }

    /**
     * By id, by name, by a prefix of one id, or as another container calls it: {@code web/db}.
     *
     * @throws FeluccaException NOT_FOUND, or INVALID for a prefix of several ids
     */
    public Entry get(String name) {
        if (name.isEmpty()) {
            throw FeluccaException.invalid("invalid name or ID supplied: \"\"");
        }
        return find(name).orElseThrow(() -> FeluccaException.notFound("No such container: " + name));
    }

    public Optional<Entry> find(String name) {
        Optional<Entry> found = names.find(name).map(byId::get);
        return found.isPresent() || name == null ? found : linked(name.startsWith("/") ? name.substring(1) : name);
    }

    private Optional<Entry> linked(String path) {
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

    public Optional<Entry> ofId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    public Collection<Entry> all() {
        return List.copyOf(byId.values());
    }
}
