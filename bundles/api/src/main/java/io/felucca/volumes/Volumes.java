package io.felucca.volumes;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The volumes of this engine. What has been returned is on disk; a volume's life is independent of the containers that
 * use it. Thread-safe; work on one volume is serialised, work on different ones is not. Errors everywhere:
 * NOT_FOUND with Docker's "get NAME: no such volume", INVALID for a malformed name, UNAVAILABLE while a driver that is
 * needed is away.
 */
@ProviderType
public interface Volumes {

    /**
     * Makes a volume, or gives the one of that name that is there: its labels and options then stay what they are.
     * Nothing is left behind when it fails.
     *
     * @throws io.felucca.FeluccaException INVALID with Docker's text for options that the driver does not take, NOT_FOUND
     *     for an unknown driver, CONFLICT when a volume of that name has another driver
     */
    Volume create(VolumeSpec spec);

    Volume get(String name);

    /**
     * Sorted by name; snapshots are not among them.
     *
     * @param filters Docker's (dangling, driver, label, name); INVALID for another
     */
    List<Volume> list(Map<String, List<String>> filters);

    /**
     * Removes a volume and all that is in it. It never follows a mount: what somebody has mounted below is left, and the
     * removal refused.
     *
     * @param force makes an unknown name no error, and removes a volume's snapshots with it
     * @throws io.felucca.FeluccaException CONFLICT while a container uses it, snapshots of it are there, or its own volume is
     *     being restored from it
     */
    void remove(String name, boolean force);

    /**
     * Removes volumes of the default driver that no container uses and that were made without options.
     *
     * @param filters label, label!, and {@code all=true} for named ones too; INVALID for another
     */
    Pruned prune(Map<String, List<String>> filters);

    /** Bytes of the regular files in it, one of several hard links once; 0 for what is mounted only while it is used. */
    long sizeBytes(String name);

    /** How many containers name the volume. */
    int users(String name);

    record Pruned(List<String> names, long reclaimedBytes) {}
}
