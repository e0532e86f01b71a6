package io.felucca.images.content;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.linux.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The blobs of the layout. What somebody works with is kept by a {@link Hold}; {@link #deleteUnlessHeld} leaves that
 * alone. A blob that a disk damaged is known by its digest, which {@link #readSmall} and {@link #verify} compare; the
 * next writer of that blob replaces it. Thread-safe.
 */
public final class Blobs {

    private final ContentFiles files;
    private final Hashes hashes;
    /** How many holds keep a blob. Guarded by itself, as is deletion. */
    private final Map<Digest, Integer> held = new ConcurrentHashMap<>();
    /** Blobs that this store wrote or compared since it was opened. */
    private final Set<Digest> verified = ConcurrentHashMap.newKeySet();

    private final Set<Digest> damaged = ConcurrentHashMap.newKeySet();

    public Blobs(ContentFiles files, Hashes hashes) {
        this.files = files;
        this.hashes = hashes;
    }

    /** Keeps blobs from being collected, those that are not there yet as well. */
    public final class Hold implements AutoCloseable {

        private final Set<Digest> mine = new HashSet<>();

        private Hold() {}

        public void keep(Digest digest) {
            synchronized (held) {
                if (mine.add(digest)) {
                    held.merge(digest, 1, Integer::sum);
                }
            }
        }

        /** A copy of what has been kept so far. */
        public Set<Digest> kept() {
            synchronized (held) {
                return new HashSet<>(mine);
            }
        }

        @Override
        public void close() {
            synchronized (held) {
                mine.forEach(digest -> held.computeIfPresent(digest, (key, count) -> count == 1 ? null : count - 1));
                mine.clear();
            }
        }
    }

    public Hold hold() {
        return new Hold();
    }

    /** A new SHA-256 for one thread. */
    public MessageDigest sha256() {
        return hashes.sha256();
    }

    public BlobWriter writer() {
        try {
            return new BlobWriter(files.ingest(), sha256());
        } catch (IOException e) {
            throw FeluccaException.system("cannot write in " + files.ingest() + ": " + e.getMessage(), e);
        }
    }

    /** Gives a sealed blob its name, unless it is there already. {@link #sync} makes the names durable. */
    public void add(BlobWriter writer, Hold hold) {
        Digest digest = writer.seal();
        hold.keep(digest);
        if (!has(digest) || damaged.contains(digest) || size(digest) != writer.sizeBytes()) {
            writer.moveTo(files.blob(digest));
            damaged.remove(digest);
            verified.add(digest);
        }
    }

    public Digest add(byte[] content, Hold hold) {
        Digest digest = BlobWriter.digestOf(content);
        hold.keep(digest);
        if (!has(digest) || damaged.contains(digest) || size(digest) != content.length) {
            try (BlobWriter writer = writer()) {
                writer.write(content, 0, content.length);
                add(writer, hold);
            } catch (IOException e) {
                throw FeluccaException.system("cannot write blob " + digest + ": " + e.getMessage(), e);
            }
        }
        return digest;
    }

    /** The file of a blob that is arriving. One caller at a time has it. */
    public PartialBlob partial(Digest digest) {
        return new PartialBlob(files.partial().resolve(digest.hex()), files.blob(digest));
    }

    /** Gives a sealed file its name among the blobs; {@link #sync} makes it durable. */
    public void publish(Digest digest, Hold hold) {
        hold.keep(digest);
        if (!has(digest)) {
            try {
                partial(digest).publish();
            } catch (IOException e) {
                throw FeluccaException.system("cannot store blob " + digest + ": " + e.getMessage(), e);
            }
        }
    }

    /** Deletes what arrived in part and was not asked for again in that time. */
    public void deletePartialBefore(Instant time) {
        PartialBlob.deleteBefore(files.partial(), time);
    }

    /** Deletes what arrived for a pull that has failed since. @return bytes that were given back */
    public long deletePartialUnlessHeld() {
        long bytes = 0;
        for (Digest digest : Files.isDirectory(files.partial()) ? named(files.partial()) : Set.<Digest>of()) {
            synchronized (held) {
                if (!held.containsKey(digest)) {
                    bytes += delete(digest, files.partial().resolve(digest.hex()));
                }
            }
        }
        return bytes;
    }

    public void sync() {
        try {
            DurableFile.syncFolder(files.blobs());
        } catch (IOException e) {
            throw FeluccaException.system("cannot sync " + files.blobs() + ": " + e.getMessage(), e);
        }
    }

    public boolean has(Digest digest) {
        return Files.isRegularFile(files.blob(digest));
    }

    /** @throws FeluccaException SYSTEM when the blob is not there or cannot be read */
    public long size(Digest digest) {
        try {
            return Files.size(files.blob(digest));
        } catch (IOException e) {
            throw unreadable(digest, e);
        }
    }

    /** @throws FeluccaException SYSTEM when the blob is not there or cannot be read */
    public InputStream open(Digest digest) {
        try {
            return Files.newInputStream(files.blob(digest));
        } catch (IOException e) {
            throw unreadable(digest, e);
        }
    }

    /**
     * A small blob: a manifest or a configuration.
     *
     * @throws FeluccaException INVALID when it is longer than {@link ContentJson#MAX_BYTES}, SYSTEM when it cannot be read or is
     *     damaged
     */
    public byte[] readSmall(Digest digest) {
        byte[] content;
        try (InputStream in = open(digest)) {
            content = readSmall(in, digest.value());
        } catch (IOException e) {
            throw unreadable(digest, e);
        }
        verify(digest, BlobWriter.digestOf(content));
        return content;
    }

    /** Whether this store wrote or compared the blob since it was opened. */
    public boolean isVerified(Digest digest) {
        return verified.contains(digest);
    }

    /**
     * Compares a blob with its name.
     *
     * @param hash of all bytes that were read of it
     * @throws FeluccaException SYSTEM when they are not what the name says
     */
    public void verify(Digest digest, MessageDigest hash) {
        verify(digest, Digest.ofHex(HexFormat.of().formatHex(hash.digest())));
    }

    private void verify(Digest digest, Digest found) {
        if (!found.equals(digest)) {
            verified.remove(digest);
            damaged.add(digest);
            throw FeluccaException.system("blob " + files.blob(digest) + " is damaged: its " + size(digest)
                    + " bytes have the digest " + found + ": load or pull the image again, which replaces the blob");
        }
        verified.add(digest);
    }

    /** @throws FeluccaException INVALID when there is more than {@link ContentJson#MAX_BYTES} */
    public static byte[] readSmall(InputStream in, String what) throws IOException {
        byte[] content = in.readNBytes(ContentJson.MAX_BYTES + 1);
        if (content.length > ContentJson.MAX_BYTES) {
            throw FeluccaException.invalid(what + " is longer than " + ContentJson.MAX_BYTES + " bytes");
        }
        return content;
    }

    /** Bytes that were given back. */
    public long deleteUnlessHeld(Collection<Digest> digests) {
        long bytes = 0;
        for (Digest digest : digests) {
            synchronized (held) {
                if (!held.containsKey(digest)) {
                    bytes += delete(digest, files.blob(digest));
                    verified.remove(digest);
                    damaged.remove(digest);
                }
            }
        }
        return bytes;
    }

    private static long delete(Digest digest, Path file) {
        try {
            long size = Files.size(file);
            Files.delete(file);
            return size;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw FeluccaException.system("cannot delete blob " + digest + ": " + e.getMessage(), e);
        }
    }

    /** Notes a use of a blob: a time of its file, which a crash may lose, and a disk refuse. */
    public void touch(Digest digest, Instant time) {
        try {
            Files.setLastModifiedTime(files.blob(digest), FileTime.from(time));
        } catch (IOException e) {
            // It went meanwhile, or counts as used a while earlier than it was.
        }
    }

    /** When a blob was touched last, or came. */
    public Instant touched(Digest digest) {
        try {
            return Files.getLastModifiedTime(files.blob(digest)).toInstant();
        } catch (IOException e) {
            throw unreadable(digest, e);
        }
    }

    /** Every blob there is; files with other names are not ours and stay. */
    public Set<Digest> list() {
        return named(files.blobs());
    }

    private static Set<Digest> named(Path folder) {
        Set<Digest> found = new HashSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String digest = "sha256:" + entry.getFileName();
                if (Digest.matches(digest)) {
                    found.add(new Digest(digest));
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot list " + folder + ": " + e.getMessage(), e);
        }
        return found;
    }

    /** Bytes of all blobs; one that goes meanwhile counts nothing. */
    public long totalBytes() {
        long sum = 0;
        for (Digest digest : list()) {
            sum += files.blob(digest).toFile().length();
        }
        return sum;
    }

    private FeluccaException unreadable(Digest digest, IOException cause) {
        return FeluccaException.system("cannot read blob " + files.blob(digest) + ": " + cause.getMessage(), cause);
    }
}
