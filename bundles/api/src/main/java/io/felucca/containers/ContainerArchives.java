package io.felucca.containers;

import io.felucca.Digest;
import io.felucca.images.Layers.Archive;
import io.felucca.images.Layers.Changes;
import io.felucca.images.Layers.PathStat;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The files of containers, whether they run, have ended or never ran: no code of theirs is run for it. Names as in
 * {@link Containers}. Volumes and paths of the host are seen by {@code stat}, {@code copyOut} and {@code copyIn} alone, and a
 * container's tmpfs and /proc by nothing. Thread-safe. Errors
 * everywhere: NOT_FOUND with Docker's "No such container: …", and for paths "Could not find the file … in container …".
 */
@ProviderType
public interface ContainerArchives {

    /** The changes that a container made to its image, sorted by path; the caller closes them. */
    Changes changes(String name);

    /** Opens the container's whole tree for a flat archive. */
    Archive export(String name);

    PathStat stat(String name, String path);

    /** Opens a file or directory for an archive whose members begin with its name. */
    Archive copyOut(String name, String path);

    /**
     * Unpacks an archive, which may be compressed, into a directory of the container.
     *
     * @param noOverwriteDirNonDir refuses a directory in place of something else and the reverse
     * @param copyUidGid gives what is unpacked to the container's user; else the archive's owners stay
     */
    void copyIn(String name, String path, InputStream tar, boolean noOverwriteDirNonDir, boolean copyUidGid);

    /**
     * Writes one archive of all volumes of a container, members named by their paths in it: what {@code tar c} of those
     * paths makes in a container with {@code --volumes-from}. Unpacked at {@code /} by {@link #copyIn} they are back
     * in their places. The stream stays open.
     *
     * @throws io.felucca.FeluccaException INVALID for a container without volumes
     */
    void backup(String name, OutputStream tar);

    /** Makes an image of a container, which is paused meanwhile when it runs and the caller wants it. */
    Digest commit(String name, CommitSpec spec);

    /**
     * @param repository empty for an image without a name
     * @param tag empty for the one in {@code repository}, else latest
     * @param changes Dockerfile instructions
     * @param config merged over the container's, null for the container's alone
     */
    record CommitSpec(
            String repository,
            String tag,
            String author,
            String message,
            List<String> changes,
            boolean pause,
            ContainerConfig config) {}
}
