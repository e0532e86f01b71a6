package io.felucca.images;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Archives of folders that are no layer, such as volumes: the image store's, because its archives are. Links are archived
 * and made, never followed; owners are the host's. Thread-safe.
 */
@ProviderType
public interface FolderArchives {

    /** Writes one archive of several trees, uncompressed; what vanishes meanwhile is left out. The stream stays open. */
    void write(List<Folder> folders, OutputStream out);

    /**
     * Unpacks an archive, compressed or not, into a folder; nothing outside of it is reached.
     *
     * @throws io.felucca.FeluccaException INVALID for what is no archive or climbs out; what was unpacked so far stays
     */
    void extract(Path folder, InputStream archive);

    /** @param name that members begin with: {@code .}, or a relative path */
    record Folder(String name, Path path) {}
}
