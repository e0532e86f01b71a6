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
 * <p>Names (keys and ids) are one namespace of {@code [a-zA-Z0-9_.-]{1,128}}. The driver never mounts and leaves nothing
 * mounted: it returns {@link Mount} values and the core mounts them, in order. Every method is safe against a crash at
 * any instant: it has happened whole or not at all, as seen by the next {@link StorageDriver#open}. Thread-safe; calls
 * for one name are not concurrent.
 *
 * <p>Errors everywhere: NOT_FOUND for an unknown name or parent; CONFLICT for a name that exists already, for removing a
 * layer that has children, and for committing what is mounted; SYSTEM with errno's text for what the kernel refused.
 */
@ConsumerType
public interface LayerStore extends AutoCloseable {

    /**
     * Makes a writable layer over a committed one.
     *
     * @param parent a committed layer, or empty for none
     * @param idMap ids under which the layer will be seen; {@link IdMap#NONE} for the host's own
     * @throws io.felucca.FeluccaException UNSUPPORTED when the map cannot be honoured
     */
    void prepare(String key, String parent, IdMap idMap);

    /** Makes a read-only look at a committed layer. */
    void view(String key, String parent);

    /**
     * The mounts that show an active layer or view, to be made in order below one target. Idempotent; activates what
     * must be active (a block device, also after a reboot). Ids of committed layers are refused with CONFLICT.
     */
    List<Mount> mounts(String key);

    /** Tells that the core has unmounted {@link #mounts}: gives back devices. Idempotent. */
    void release(String key);

    /** Turns an unmounted active layer into the committed layer {@code id}, on disk when it returns. */
    void commit(String id, String key);

    Optional<LayerInfo> find(String name);

    /** All layers, in no order. */
    List<LayerInfo> list();

    /** Bytes and inodes that the layer holds itself, without its parents. */
    Usage usage(String name);

    /** Removes a layer that has no children; its name is free at once. Bytes may go later. */
    void remove(String name);

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
