package io.felucca.images.archive;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.Descriptor;
import io.felucca.images.content.Index;
import io.felucca.images.content.Json;
import io.felucca.images.content.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes the archive of save: an OCI image layout, and the manifest.json by which every docker since 1.10 loads it; both
 * refer to the same blobs, as Docker 25's do. The same images always give the same bytes.
 */
public final class ArchiveWriter {

    private static final int FILE_MODE = 0100644;
    private static final int FOLDER_MODE = 040755;

    private ArchiveWriter() {}

    /**
     * An image to write.
     *
     * @param index its lines of index.json, one a name
     * @param repoTags familiar names, none for null in manifest.json
     */
    public record Saved(Digest manifestDigest, Manifest manifest, List<Descriptor> index, List<String> repoTags) {}

    /** @throws FeluccaException SYSTEM when a blob cannot be read or the receiver is gone */
    public static void write(Collection<Saved> images, Blobs blobs, OutputStream out) {
        try {
            TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            file(tar, OciArchive.LAYOUT, "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
            file(tar, OciArchive.INDEX, Json.write(index(images)));
            file(tar, DockerManifestItem.FILE, Json.write(dockerManifest(images)));
            folder(tar, "blobs/");
            folder(tar, "blobs/sha256/");
            for (Digest digest : blobsOf(images)) {
                blob(tar, blobs, digest);
            }
            tar.finish();
            out.flush();
        } catch (IOException e) {
            throw FeluccaException.system("cannot write the archive: " + e.getMessage(), e);
        }
    }

    private static Index index(Collection<Saved> images) {
        List<Descriptor> lines = new ArrayList<>();
        images.forEach(image -> lines.addAll(image.index()));
        return Index.of(lines);
    }

    private static List<DockerManifestItem> dockerManifest(Collection<Saved> images) {
        List<DockerManifestItem> items = new ArrayList<>();
        for (Saved image : images) {
            items.add(new DockerManifestItem(
                    path(image.manifest().config().contentDigest()),
                    image.repoTags(),
                    image.manifest().layerDigests().stream()
                            .map(ArchiveWriter::path)
                            .toList(),
                    ""));
        }
        return items;
    }

    private static Set<Digest> blobsOf(Collection<Saved> images) {
        Set<Digest> digests = new TreeSet<>();
        for (Saved image : images) {
            digests.add(image.manifestDigest());
            digests.add(image.manifest().config().contentDigest());
            digests.addAll(image.manifest().layerDigests());
        }
        return digests;
    }

    private static String path(Digest digest) {
        return "blobs/sha256/" + digest.hex();
    }

    private static void file(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        tar.putArchiveEntry(entry(name, FILE_MODE, content.length));
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void folder(TarArchiveOutputStream tar, String name) throws IOException {
        tar.putArchiveEntry(entry(name, FOLDER_MODE, 0));
        tar.closeArchiveEntry();
    }

    private static void blob(TarArchiveOutputStream tar, Blobs blobs, Digest digest) throws IOException {
        try (InputStream in = blobs.open(digest)) {
            tar.putArchiveEntry(entry(path(digest), FILE_MODE, blobs.size(digest)));
            in.transferTo(tar);
            tar.closeArchiveEntry();
        }
    }

    private static TarArchiveEntry entry(String name, int mode, long sizeBytes) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode(mode);
        entry.setSize(sizeBytes);
        entry.setModTime(0);
        entry.setIds(0, 0);
        return entry;
    }
}
