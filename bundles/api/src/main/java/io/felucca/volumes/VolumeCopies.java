package io.felucca.volumes;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Copies of volumes: snapshots, and archives. Blocks are shared where the filesystem can. Containers that write to
 * the volume are paused while it is copied, as by commit. A clone is {@link Volumes#create} with the option {@code from}.
 * Thread-safe; errors as in {@link Volumes}.
 */
@ProviderType
public interface VolumeCopies {

    /**
     * Keeps what is in a volume now under {@code VOLUME@SNAPSHOT}: a volume of the default driver that no container can
     * name, that {@link Volumes#get} and {@link Volumes#remove} know, and that new volumes can be made from.
     *
     * @param snapshot empty for one named by the time
     * @throws io.felucca.FeluccaException CONFLICT when there is one of that name
     */
    Volume snapshot(String name, String snapshot);

    /** Oldest first. */
    List<Volume> snapshots(String name);

    /**
     * Gives a volume the content of one of its snapshots. An engine that is killed meanwhile does it again at its next
     * start; until then the snapshot goes only with the volume.
     *
     * @throws io.felucca.FeluccaException CONFLICT while a running container has the volume or it is copied, archived or
     *     imported into; NOT_FOUND without the snapshot, and then the volume keeps what it has
     */
    void restore(String name, String snapshot);

    /** Writes the content as one uncompressed tar archive. The stream stays open. */
    void export(String name, OutputStream tar);

    /**
     * Unpacks an archive, compressed or not, into a volume, which is made if it is not there, and then removed again when
     * this fails. Into one that is there it is unpacked over what it holds.
     *
     * @throws io.felucca.FeluccaException INVALID for what is no archive, or climbs out
     */
    Volume importInto(String name, InputStream archive);
}
