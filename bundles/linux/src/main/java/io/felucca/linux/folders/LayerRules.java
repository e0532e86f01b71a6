package io.felucca.linux.folders;

import io.felucca.FeluccaException;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.LayerStore.State;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What {@link LayerStore} asks of names, states and parents, whatever layers are made of; its refusals are the contract's.
 * Keeps nothing in memory but which layers have a child that is being made. Thread-safe.
 *
 * @param <R> a driver's record of a layer
 */
public final class LayerRules<R extends LayerRecord> {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}");

    private final Function<String, Optional<R>> records;
    private final Supplier<List<R>> all;

    /** Layers with a child that is being made, and how many of those; they are not removed meanwhile. */
    private final Map<String, Integer> pinned = new HashMap<>();

    /**
     * @param records finds the record of a valid name
     * @param all lists the records
     */
    public LayerRules(Function<String, Optional<R>> records, Supplier<List<R>> all) {
        this.records = records;
        this.all = all;
    }

    public Optional<R> find(String name) {
        if (!NAME.matcher(name).matches()) {
            throw FeluccaException.invalid("invalid layer name: " + name);
        }
        return records.apply(name);
    }

    public R get(String name) {
        return find(name).orElseThrow(() -> FeluccaException.notFound("no such layer: " + name));
    }

    public void checkFree(String name) {
        if (find(name).isPresent()) {
            throw FeluccaException.conflict("layer " + name + " exists already");
        }
    }

    /** For a view that is asked for. */
    public void checkView(String key, String parent) {
        checkFree(key);
        if (parent.isEmpty()) {
            throw FeluccaException.invalid("a view needs a parent: " + key);
        }
    }

    /**
     * Makes or replaces the record of a layer's child; nobody removes the layer until that is done.
     *
     * @param parent a committed layer, or empty for none
     */
    public void over(String parent, Consumer<Optional<R>> work) {
        if (parent.isEmpty()) {
            work.accept(Optional.empty());
            return;
        }
        R layer = pin(parent);
        try {
            work.accept(Optional.of(layer));
        } finally {
            unpin(parent);
        }
    }

    private R pin(String parent) {
        synchronized (pinned) {
            R layer = get(parent);
            if (layer.state() != State.COMMITTED) {
                throw FeluccaException.conflict("layer " + parent + " cannot be a parent: it is not committed");
            }
            pinned.merge(parent, 1, Integer::sum);
            return layer;
        }
    }

    private void unpin(String parent) {
        synchronized (pinned) {
            pinned.computeIfPresent(parent, (name, count) -> count == 1 ? null : count - 1);
        }
    }

    /** A layer that can be mounted: all but a committed one. */
    public R mountable(String key) {
        R layer = get(key);
        if (layer.state() == State.COMMITTED) {
            throw FeluccaException.conflict(
                    "layer " + key + " is committed: prepare or view another over it to mount it");
        }
        return layer;
    }

    /** A layer that can be committed as {@code id} if it is not mounted. */
    public R committable(String id, String key) {
        R layer = get(key);
        checkFree(id);
        if (layer.state() != State.ACTIVE) {
            throw cannotCommit(key, "is not active but " + layer.state());
        }
        if (!layer.idMap().isNone()) {
            throw cannotCommit(key, "is shifted by an id map");
        }
        return layer;
    }

    public static FeluccaException cannotCommit(String key, String reason) {
        return FeluccaException.conflict("layer " + key + " cannot be committed: it " + reason);
    }

    /**
     * Removes a layer that has no children.
     *
     * @param removal takes its record away; short, since no child of any layer is begun meanwhile
     */
    public R remove(String name, Consumer<R> removal) {
        synchronized (pinned) {
            R layer = get(name);
            if (pinned.containsKey(name)) {
                throw FeluccaException.conflict("layer " + name + " cannot be removed: another is being made over it");
            }
            for (R other : layer.state() == State.COMMITTED ? all.get() : List.<R>of()) {
                if (other.parent().equals(name)) {
                    throw FeluccaException.conflict(
                            "layer " + name + " cannot be removed: layer " + other.name() + " is over it");
                }
            }
            removal.accept(layer);
            return layer;
        }
    }
}
