package io.felucca.containers.life;

import io.felucca.containers.record.Names;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All containers of the engine that are made whole. Thread-safe. */
final class Entries {

    private final Names names = new Names();
    private final ConcurrentHashMap<String, Entry> byId = new ConcurrentHashMap<>();

    Names names() {
        return names;
    }

    void add(Entry entry) {
        byId.put(entry.id, entry);
    }

    void remove(Entry entry) {
        byId.remove(entry.id);
        names.free(entry.record().name(), entry.id);
        names.forget(entry.id);
    }

    /** @throws io.felucca.FeluccaException NOT_FOUND, or INVALID for a prefix of several ids */
    Entry get(String name) {
        Entry entry = byId.get(names.resolve(name));
        if (entry == null) {
            throw io.felucca.FeluccaException.notFound("No such container: " + name);
        }
        return entry;
    }

    Optional<Entry> find(String name) {
        return names.find(name).map(byId::get);
    }

    Optional<Entry> ofId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    Collection<Entry> all() {
        return List.copyOf(byId.values());
    }
}
