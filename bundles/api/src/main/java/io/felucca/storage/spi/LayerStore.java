package io.felucca.storage.spi;

import io.felucca.IdMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A store of layers, in a life cycle of three states.
 *
 * <pre>
 *   prepare(key, parent) ──▶ ACTIVE  (writable; mounts(key))
 *   view(key, parent)    ──▶ VIEW    (read-only; mounts(key))
 *   commit(id, key)      ──▶ COMMITTED  (immutable; may be a parent)     from ACTIVE only, consumed by it
 *   remove(name)         ──▶ gone
 * </pre>
 *
 * An image of three layers is unpacked so: {@code prepare("x", "")}, mount what {@code mounts("x")} gives, write the
 * first tar, unmount, {@code release("x")}, {@code commit(chain1, "x")}; then {@code prepare("y", chain1)}, and so on. A
 * container is {@code prepare(containerId, topChainId)}, mounted while it runs and released when it stops.
 *
 * <p>Names (keys and ids) are one namespace of {@code [a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}}. The driver leaves nothing
 * mounted: it returns {@link Mount} values and the core mounts them, in order. Every method is safe against a crash of
 * the process at any instant: it has happened whole or not at all, as seen by the next {@link StorageDriver#open}.
 * Against a loss of power committed layers are safe once {@link #commit} has returned, and an active layer is there
 * once {@link #sync} has; what is written to it is as safe as any files that nobody synced. Thread-safe; calls for one
 * name are not concurrent, but a parent may be removed while a child of it is prepared: one of the two fails.
 *
 * <p>Errors everywhere: INVALID for a name that is none; NOT_FOUND for an unknown name or parent; CONFLICT for a name
 * that exists already, for a state that forbids the call (a parent or view of what is not committed, a commit of what is
 * not active or is mounted), and for removing a layer that has children; SYSTEM with errno's text for what the kernel
 * refused.
 */
@ConsumerType
public interface LayerStore extends AutoCloseable {

    /**
     * Makes a writable layer over a committed one. Its root folder has owner, mode and times of the parent's; without a
     * parent it is root's, with mode 0755. This is on the path of every {@code run}: nothing needs to be synced.
     *
     * @param parent a committed layer, or empty for none
     * @param idMap how the parent's ids, which are the host's own, will be seen in the mounts: the file of user 0 belongs
     *     to {@link IdMap#rootUid}; {@link IdMap#NONE} to see them as they are. A layer with a map is never committed
     * @throws io.felucca.FeluccaException UNSUPPORTED when the map cannot be honoured here
     */
    void prepare(String key, String parent, IdMap idMap);

    /**
     * Brings to the disk what {@link #prepare} has made: from then on a loss of power leaves the layer there, as it was made
     * or later. Asked for where a layer is to outlast one, as that of a container does unless it is removed when it ends.
     * Nothing to do for a driver whose prepare waits for the disk anyway.
     */
    default void sync(String key) {}

    /** Makes a read-only look at a committed layer, {@code parent}; the look counts as its child. */
    void view(String key, String parent);

    /**
     * The mounts that show an active layer or view, to be made in order below one target. Idempotent; activates what
     * must be active (a block device, also after a reboot). Ids of committed layers are refused with CONFLICT.
     */
    List<Mount> mounts(String key);

    /** Tells that the core has unmounted {@link #mounts}: gives back devices and staging folders. Idempotent. */
    void release(String key);

    /** Turns an unmounted active layer into the committed layer {@code id}, synced to disk when it returns. */
    void commit(String id, String key);

    Optional<LayerInfo> find(String name);

    /** All layers, in no order. */
    List<LayerInfo> list();

    /**
     * Bytes and inodes that the layer holds itself, without its parents: the sizes of its regular files, a file of
     * several hard links once. A view holds nothing. Walks the layer.
     */
    Usage usage(String name);

    /**
     * Removes a layer that has no children, released or not; its name is free at once. Bytes may go later. The layer is
     * mounted nowhere any more, but the kernel may still be writing its filesystem back: a device that is busy for that
     * reason is given back later.
     */
    void remove(String name);

    /** The name of the pair of {@link #status} that {@code info} shows among its warnings. */
    String WARNING = "WARNING";

    /**
     * Where a layer is, in Docker's words ({@code GraphDriver.Data} of inspect): {@code UpperDir}, {@code DeviceName}…
     * Empty where Docker has none for such a driver.
     */
    default Map<String, String> data(String name) {
        return Map.of();
    }

    /** The pairs that {@code info} shows, in order. */
    Map<String, String> status();

    /** Closes descriptors; what is mounted stays. */
    @Override
    void close();

    /** What a layer is. */
    enum State {
        ACTIVE,
        VIEW,
        COMMITTED
    }

    /**
     * @param parent empty for none
     * @param idMap of an active layer
     */
    record LayerInfo(String name, String parent, State state, IdMap idMap) {}

    record Usage(long sizeBytes, long inodes) {}
}
