package io.felucca.images.archive;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.content.BlobWriter;
import io.felucca.images.content.Blobs;
import io.felucca.images.tar.TarEntry;
import io.felucca.images.tar.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The members of an image archive, each in a file of its own beside the blobs, hashed: a manifest may come last, and no
 * member is trusted with a name on this machine. Closing removes what did not become a blob. One thread.
 */
final class MemberSpool implements AutoCloseable {

    /** No archive of images comes near; a bomb would. */
    private static final int MAX_MEMBERS = 20_000;

    /** A header may give each a name of a megabyte. */
    private static final int MAX_NAMES_BYTES = 8 << 20;

    private static final int MAX_LINKS = 10;

    private final Map<String, BlobWriter> files = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();
    private long namesBytes;

    private MemberSpool() {}

    /**
     * Reads an archive, compressed or not.
     *
     * @throws FeluccaException INVALID when it is no tar archive, is cut, or climbs out of itself
     */
    static MemberSpool of(InputStream archive, Blobs blobs) {
        MemberSpool spool = new MemberSpool();
        try (Compression.Opened opened = Compression.open(archive)) {
            Fanout.run(opened.plain(), List.of(in -> spool.readAll(in, blobs)));
            return spool;
        } catch (IOException e) {
            spool.close();
            throw Compression.invalid(e);
        } catch (RuntimeException | Error e) {
            spool.close();
            throw e;
        }
    }

    private void readAll(InputStream in, Blobs blobs) throws IOException {
        TarReader reader = new TarReader(in);
        for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
            TarEntry member = next.get();
            if (files.size() + links.size() >= MAX_MEMBERS) {
                throw FeluccaException.invalid("invalid archive: more than " + MAX_MEMBERS + " members");
            }
            namesBytes += member.path().length + member.linkTarget().length;
            if (namesBytes > MAX_NAMES_BYTES) {
                throw FeluccaException.invalid(
                        "invalid archive: the names of its members are longer than " + MAX_NAMES_BYTES + " bytes");
            }
            String name = ArchivePath.normal(text(member.path()), "");
            if (member.type() == TarEntry.FILE) {
                store(name, reader, member, blobs);
            } else if (member.type() == TarEntry.SYMLINK) {
                links.put(name, ArchivePath.normal(text(member.linkTarget()), ArchivePath.parent(name)));
            } else if (member.type() == TarEntry.HARD_LINK) {
                links.put(name, ArchivePath.normal(text(member.linkTarget()), ""));
            }
        }
    }

    private static String text(byte[] name) {
        return new String(name, StandardCharsets.UTF_8);
    }

    private void store(String name, TarReader reader, TarEntry member, Blobs blobs) throws IOException {
        BlobWriter writer = blobs.writer();
        BlobWriter before = files.put(name, writer);
        if (before != null) {
            before.close();
        }
        reader.copyTo(writer, member);
        writer.finish();
    }

    /** A member by its name, links followed. */
    Optional<BlobWriter> find(String name) {
        String at = ArchivePath.normal(name, "");
        for (int i = 0; i < MAX_LINKS; i++) {
            BlobWriter found = files.get(at);
            if (found != null) {
                return Optional.of(found);
            }
            if (!links.containsKey(at)) {
                return Optional.empty();
            }
            at = links.get(at);
        }
        throw FeluccaException.invalid("invalid archive: too many links at " + name);
    }

    /** @throws FeluccaException INVALID when it is not there */
    BlobWriter get(String name) {
        return find(name)
                .orElseThrow(() ->
                        FeluccaException.invalid("invalid archive: open " + name + ": no such file or directory"));
    }

    /** @throws FeluccaException INVALID when it is not there or too long */
    byte[] readSmall(String name) {
        return readSmall(get(name), name);
    }

    static byte[] readSmall(BlobWriter member, String name) {
        try (InputStream in = Files.newInputStream(member.file())) {
            return Blobs.readSmall(in, name);
        } catch (IOException e) {
            throw FeluccaException.system("cannot read " + member.file() + ": " + e.getMessage(), e);
        }
    }

    /** The member that is the blob of an OCI layout, its content checked. */
    BlobWriter blob(Digest digest) {
        BlobWriter member = get("blobs/sha256/" + digest.hex());
        if (!member.seal().equals(digest)) {
            throw FeluccaException.invalid("invalid archive: blob " + digest + " has the digest " + member.seal());
        }
        return member;
    }

    Set<String> names() {
        return Set.copyOf(files.keySet());
    }

    @Override
    public void close() {
        files.values().forEach(BlobWriter::close);
        files.clear();
    }
}
