package io.felucca.volume.spi;

import io.felucca.engine.DriverKind;
import io.felucca.storage.spi.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps volumes. A stateless service with {@link io.felucca.engine.Driver} (its name, such as {@code local});
 * registering does no I/O. A volume's life:
 *
 * <pre>
 *   check(options) ── create ──▶ there ── mounts ──▶ in use ── release ──▶ there ── remove ──▶ gone
 * </pre>
 *
 * The engine does the mounting: what {@link #mounts} returns it mounts on {@link #path} for the first user and unmounts
 * after the last, so that a driver can be stopped and replaced while containers write. A volume that is a plain
 * folder has no mounts. The engine also has the names, labels and users, fills a new volume from an image, and copies,
 * archives and counts what lies at the path.
 *
 * <p>All that a driver knows is in the volume's folder. Every method is safe against a crash of the process at any
 * instant: it is called again, and finishes or does nothing. Thread-safe; calls for one volume are not concurrent.
 * Errors: INVALID for options; CONFLICT for what is mounted or busy; SYSTEM for what the kernel or a program refused.
 */
@ConsumerType
@DriverKind(VolumeDriver.KIND)
public interface VolumeDriver {

    /** The kind of driver, for {@link io.felucca.engine.Driver#kind}. */
    String KIND = "volume";

    /**
     * Reads options without touching anything.
     *
     * @throws io.felucca.FeluccaException INVALID for one that is unknown, malformed or missing; UNSUPPORTED for one that
     *     cannot work here
     */
    void check(Map<String, String> options);

    /** Makes the volume, empty, owned by root with mode 0755 unless options say else. Idempotent. */
    void create(StoredVolume volume);

    /** Where the content is while the volume is in use: an absolute ASCII path that never changes. Asks nobody. */
    Path path(StoredVolume volume);

    /**
     * What is to be mounted on {@link #path}, in order; empty for none. Idempotent; activates what must be active, also
     * after a reboot.
     */
    List<Mount> mounts(StoredVolume volume);

    /** Tells that the engine has unmounted it. Idempotent. */
    void release(StoredVolume volume);

    /**
     * Removes the volume's content and all else that the driver keeps of it, whatever a crash has left of it. Idempotent.
     * Never enters a mount: something mounted in the folder is CONFLICT.
     */
    void remove(StoredVolume volume);
}
