package io.felucca.images.archive;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.ContentJson;
import io.felucca.images.content.Descriptor;
import io.felucca.images.content.Index;
import io.felucca.images.content.Manifest;
import io.felucca.images.tar.TarEntry;
import io.felucca.images.tar.TarWriter;
import io.felucca.linux.files.Stat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes the archive of save: an OCI image layout, and the manifest.json by which every docker since 1.10 loads it; both
 * refer to the same blobs, as Docker 25's do. The same images always give the same bytes.
 */
public final class ArchiveWriter {

    private static final int FILE_MODE = 0644;
    private static final int FOLDER_MODE = 0755;
    /** A blob from this size on is hashed on a thread of its own. */
    private static final int SHARED_BYTES = 1 << 20;

    private static final Stat.Time EPOCH = new Stat.Time(0, 0);

    private ArchiveWriter() {}

    /**
     * An image to write.
     *
     * @param index its lines of index.json, one a name
     * @param repoTags familiar names, none for null in manifest.json
     */
    public record Saved(Digest manifestDigest, Manifest manifest, List<Descriptor> index, List<String> repoTags) {}

    /**
     * Every blob is compared with its digest in the same pass.
     *
     * @throws FeluccaException SYSTEM when a blob cannot be read or is damaged, or the receiver is gone; the archive then
     *     has no end
     */
    public static void write(Collection<Saved> images, Blobs blobs, OutputStream out) {
        try {
            TarWriter tar = new TarWriter(out);
            file(tar, OciArchive.LAYOUT, "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
            file(tar, OciArchive.INDEX, ContentJson.write(index(images)));
            file(tar, DockerManifestItem.FILE, ContentJson.write(dockerManifest(images)));
            folder(tar, "blobs/");
            folder(tar, "blobs/sha256/");
            for (Digest digest : blobsOf(images)) {
                blob(tar, blobs, digest);
            }
            tar.finish();
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

    private static void file(TarWriter tar, String name, byte[] content) throws IOException {
        tar.write(entry(name, TarEntry.FILE, FILE_MODE, content.length), new ByteArrayInputStream(content));
    }

    private static void folder(TarWriter tar, String name) {
        tar.write(entry(name, TarEntry.DIRECTORY, FOLDER_MODE, 0));
    }

    private static void blob(TarWriter tar, Blobs blobs, Digest digest) throws IOException {
        TarEntry entry = entry(path(digest), TarEntry.FILE, FILE_MODE, blobs.size(digest));
        MessageDigest hash = blobs.sha256();
        try (InputStream in = blobs.open(digest)) {
            if (entry.sizeBytes() < SHARED_BYTES) {
                tar.write(entry, new DigestInputStream(in, hash));
            } else {
                // Beside the writing: one after the other, hashing is a third of the time.
                Fanout.run(
                        in,
                        List.of(
                                content -> write(tar, entry, content),
                                content -> content.transferTo(
                                        new DigestOutputStream(OutputStream.nullOutputStream(), hash))));
            }
        }
        blobs.verify(digest, hash);
    }

    private static void write(TarWriter tar, TarEntry entry, InputStream content) {
        try {
            tar.write(entry, content);
        } catch (IOException e) {
            throw FeluccaException.system("cannot write the archive: " + e.getMessage(), e);
        }
    }

    private static TarEntry entry(String name, char type, int mode, long sizeBytes) {
        return new TarEntry(
                name.getBytes(StandardCharsets.US_ASCII),
                type,
                mode,
                0,
                0,
                sizeBytes,
                sizeBytes,
                EPOCH,
                EPOCH,
                new byte[0],
                0,
                List.of(),
                Optional.empty());
    }
}
