package io.felucca.containers.record;

import io.felucca.FeluccaException;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Which container has which name, and which ids there are. Texts are dockerd 20.10's. Thread-safe. */
public final class ContainerNames {

    private static final Pattern FORM = Pattern.compile("/?[a-zA-Z0-9][a-zA-Z0-9_.-]+");
    private static final int TRIES = 6;

    private final ConcurrentHashMap<String, String> idByName = new ConcurrentHashMap<>();
    private final NavigableSet<String> ids = new ConcurrentSkipListSet<>();

    /**
     * Takes a name for an id.
     *
     * @return the name without a leading slash
     * @throws FeluccaException INVALID for a malformed one, CONFLICT for one that is taken
     */
    public String take(String name, String id) {
        if (!FORM.matcher(name).matches()) {
            throw FeluccaException.invalid(
                    "Invalid container name (" + name + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
        String bare = name.startsWith("/") ? name.substring(1) : name;
        String owner = idByName.putIfAbsent(bare, id);
        if (owner != null && !owner.equals(id)) {
            throw FeluccaException.conflict(
                    "Conflict. The container name \"/" + bare + "\" is already in use by container \"" + owner
                            + "\". You have to remove (or rename) that container to be able to reuse that name.");
        }
        ids.add(id);
        return bare;
    }

    /** Takes an automatic name, and the id's first digits when chance gave none that is free. */
    public String takeAutomatic(String id, Supplier<String> names) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            String name =
                    names.get() + (attempt == 0 ? "" : Integer.toString(Math.floorMod(id.hashCode() + attempt, 10)));
            if (idByName.putIfAbsent(name, id) == null) {
                ids.add(id);
                return name;
            }
        }
        return take(id.substring(0, 12), id);
    }

    public void free(String name, String id) {
        idByName.remove(name, id);
    }

    public void forget(String id) {
        ids.remove(id);
    }

    /**
     * Finds the id that a user means: the whole id, a name, or a prefix of one id.
     *
     * @throws FeluccaException NOT_FOUND, or INVALID for a prefix of several
     */
    public String resolve(String text) {
        return find(text).orElseThrow(() -> FeluccaException.notFound("No such container: " + text));
    }

    /** @throws FeluccaException INVALID for a prefix of several ids */
    public Optional<String> find(String text) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        if (ids.contains(text)) {
            return Optional.of(text);
        }
        String named = idByName.get(text.startsWith("/") ? text.substring(1) : text);
        if (named != null) {
            return Optional.of(named);
        }
        String first = ids.ceiling(text);
        if (first == null || !first.startsWith(text)) {
            return Optional.empty();
        }
        String second = ids.higher(first);
        if (second != null && second.startsWith(text)) {
            throw FeluccaException.invalid("Multiple IDs found with provided prefix: " + text);
        }
        return Optional.of(first);
    }
}
