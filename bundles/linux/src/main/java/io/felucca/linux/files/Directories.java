package io.felucca.linux.files;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** Opens folders and files of the engine's own, by ASCII path; everything below is reached by bytes. Thread-safe. */
@ProviderType
public interface Directories {

    /** Opens a folder; symbolic links on the way are followed. */
    Directory open(Path path);

    /** Opens a file; flags of {@link Open}. */
    OpenFile openFile(Path path, int flags, int mode);

    /** Changes owner, mode of the engine's own path; links are not followed. */
    void setOwner(Path path, int uid, int gid);

    FileSystemInfo fileSystem(Path path);
}
