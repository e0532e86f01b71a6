package io.felucca.images.store;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.images.content.ContentFiles;
import io.felucca.images.content.Descriptor;
import io.felucca.images.content.DurableFile;
import io.felucca.images.content.Index;
import io.felucca.images.content.Json;
import io.felucca.images.content.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
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
     * Makes the layout when there is none, removes unfinished files, and reads index.json.
     *
     * @param manifests reads a manifest, for lines of other tools, which do not tell the image's id
     * @throws FeluccaException SYSTEM when it cannot be read, INVALID when it is no index
     */
    List<Entry> open(Function<Digest, Manifest> manifests) {
        try {
            Files.createDirectories(files.blobs());
            Files.setPosixFilePermissions(files.root(), PosixFilePermissions.fromString("rwx------"));
            Files.createDirectories(files.ingest());
            emptyFolder(files.ingest());
            if (!Files.exists(files.layout())) {
                DurableFile.replace(files.layout(), LAYOUT, files.ingest());
            }
            if (Files.exists(files.index())) {
                return read(Files.readAllBytes(files.index()), manifests);
            }
            write(List.of());
            return List.of();
        } catch (IOException e) {
            throw FeluccaException.system("cannot open the image store " + files.root() + ": " + e.getMessage(), e);
        }
    }

    /** On disk when it returns. */
    void write(List<Entry> entries) {
        Index index = Index.of(entries.stream().map(Entry::storedDescriptor).toList());
        DurableFile.replace(files.index(), Json.write(index), files.ingest());
    }

    private List<Entry> read(byte[] json, Function<Digest, Manifest> manifests) {
        List<Entry> entries = new ArrayList<>();
        for (Descriptor descriptor : Index.parse(json, files.index().toString()).manifests()) {
            try {
                entries.add(entry(descriptor, manifests));
            } catch (FeluccaException e) {
                LOG.warn("ignoring {} of {}: {}", descriptor.digest(), files.index(), e.getMessage());
            }
        }
        return List.copyOf(entries);
    }

    private static Entry entry(Descriptor descriptor, Function<Digest, Manifest> manifests) {
        Digest manifest = descriptor.contentDigest();
        String id = descriptor.annotation(Entry.IMAGE_ID);
        Digest imageId = Digest.matches(id)
                ? new Digest(id)
                : manifests.apply(manifest).config().contentDigest();
        String fullName = descriptor.annotation(Entry.FULL_NAME);
        return new Entry(
                manifest,
                descriptor.mediaType(),
                descriptor.size(),
                imageId,
                name(fullName.isEmpty() ? descriptor.annotation(Entry.REF_NAME) : fullName),
                descriptor.annotation(Entry.PARENT));
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
