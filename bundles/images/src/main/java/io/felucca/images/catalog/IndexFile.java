package io.felucca.images.catalog;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.ContentFiles;
import io.felucca.images.content.ContentJson;
import io.felucca.images.content.Descriptor;
import io.felucca.images.content.DurableFile;
import io.felucca.images.content.Index;
import io.felucca.images.content.Manifest;
import io.felucca.linux.folders.RecordFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** index.json and what else makes a folder an OCI image layout. */
final class IndexFile {

    private static final Logger LOG = LoggerFactory.getLogger(IndexFile.class);
    private static final byte[] LAYOUT = "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8);

    private final ContentFiles files;

    IndexFile(ContentFiles files) {
        this.files = files;
    }

    /**
     * What index.json says.
     *
     * @param whole false when it was damaged, so that blobs that no entry leads to may be an image's all the same
     */
    record Opened(List<IndexEntry> entries, boolean whole) {}

    /**
     * Makes the layout when there is none, removes unfinished files, and reads index.json. A damaged index.json keeps no
     * engine from starting: it is put aside and made again, by {@link IndexRecovery}.
     *
     * @param blobs every blob there is
     * @param manifests reads a manifest: for lines of other tools, which do not tell the image's id, and for recovery
     * @throws FeluccaException SYSTEM when the folder cannot be used
     */
    Opened open(Blobs blobs, Function<Digest, Manifest> manifests) {
        try {
            Files.createDirectories(files.blobs());
            Files.setPosixFilePermissions(files.root(), PosixFilePermissions.fromString("rwx------"));
            Files.createDirectories(files.ingest());
            emptyFolder(files.ingest());
            if (!Files.exists(files.layout())) {
                DurableFile.replace(files.layout(), LAYOUT, files.ingest());
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot open the image store " + files.root() + ": " + e.getMessage(), e);
        }
        byte[] json;
        List<IndexEntry> entries;
        try {
            json = Files.readAllBytes(files.index());
            entries = read(json, files.index(), manifests);
        } catch (NoSuchFileException e) {
            if (!blobs.list().isEmpty()) {
                return recover("it is not there", blobs, manifests);
            }
            write(List.of());
            return new Opened(List.of(), true);
        } catch (FeluccaException | IOException e) {
            return recover(e.getMessage(), blobs, manifests);
        }
        copy(json);
        return new Opened(entries, true);
    }

    /** On disk when it returns. */
    void write(List<IndexEntry> entries) {
        byte[] json = json(entries);
        DurableFile.replace(files.index(), json, files.ingest());
        copy(json);
    }

    private static byte[] json(List<IndexEntry> entries) {
        return ContentJson.write(
                Index.of(entries.stream().map(IndexEntry::storedDescriptor).toList()));
    }

    /** Not synced: the copy is for a disk that damages index.json, which is synced, and costs a change no time. */
    private void copy(byte[] json) {
        try {
            if (!Files.exists(files.indexCopy()) || !Arrays.equals(json, Files.readAllBytes(files.indexCopy()))) {
                RecordFile.replace(files.indexCopy(), json, false);
            }
        } catch (FeluccaException | IOException e) {
            LOG.warn("{} is older than {}: {}", files.indexCopy(), files.index(), e.getMessage());
        }
    }

    private Opened recover(String reason, Blobs blobs, Function<Digest, Manifest> manifests) {
        IndexRecovery.Recovered found =
                new IndexRecovery(blobs, manifests).recover(() -> read(files.indexCopy(), manifests));
        try {
            if (Files.exists(files.index())) {
                Files.move(files.index(), files.damagedIndex(), StandardCopyOption.ATOMIC_MOVE);
            }
            write(found.entries());
        } catch (FeluccaException | IOException e) {
            // Such as a full disk: the next change writes it, or the next start recovers it again.
            LOG.warn("cannot write {}: {}", files.index(), e.getMessage());
        }
        LOG.error(
                "the list of images {} is damaged ({}); kept as {}: {} names are back from {}, {} images have no name:"
                        + " give them one again by 'tag'",
                files.index(),
                reason,
                files.damagedIndex(),
                found.named(),
                files.indexCopy(),
                found.entries().size() - found.named());
        return new Opened(found.entries(), false);
    }

    private List<IndexEntry> read(Path file, Function<Digest, Manifest> manifests) {
        try {
            return read(Files.readAllBytes(file), file, manifests);
        } catch (IOException e) {
            throw FeluccaException.system("cannot read " + file + ": " + e, e);
        }
    }

    private List<IndexEntry> read(byte[] json, Path file, Function<Digest, Manifest> manifests) {
        List<IndexEntry> entries = new ArrayList<>();
        for (Descriptor descriptor : Index.parse(json, file.toString()).manifests()) {
            try {
                entries.add(entry(descriptor, manifests));
            } catch (FeluccaException e) {
                LOG.warn("ignoring {} of {}: {}", descriptor.digest(), file, e.getMessage());
            }
        }
        return List.copyOf(entries);
    }

    private static IndexEntry entry(Descriptor descriptor, Function<Digest, Manifest> manifests) {
        Digest manifest = descriptor.contentDigest();
        String id = descriptor.annotation(IndexEntry.IMAGE_ID);
        Digest imageId = Digest.matches(id)
                ? new Digest(id)
                : manifests.apply(manifest).config().contentDigest();
        String fullName = descriptor.annotation(IndexEntry.FULL_NAME);
        return new IndexEntry(
                manifest,
                descriptor.mediaType(),
                descriptor.size(),
                imageId,
                name(fullName.isEmpty() ? descriptor.annotation(IndexEntry.REF_NAME) : fullName),
                descriptor.annotation(IndexEntry.PARENT));
    }

    /** Another tool's name may be none of Docker's: the image is then untagged. */
    private static Optional<ImageReference> name(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(ImageReference.parse(text));
        } catch (FeluccaException e) {
            LOG.warn("an image is untagged, for its name is no reference: {}", text);
            return Optional.empty();
        }
    }

    private static void emptyFolder(Path folder) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
            for (Path path : left) {
                Files.deleteIfExists(path);
            }
        }
    }
}
