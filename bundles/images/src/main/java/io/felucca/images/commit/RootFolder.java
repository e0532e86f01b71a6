package io.felucca.images.commit;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.images.Layers.Extraction;
import io.felucca.images.Layers.PathStat;
import io.felucca.images.archive.Compression;
import io.felucca.images.changes.LayerDiff;
import io.felucca.images.layers.EntryPath;
import io.felucca.images.layers.LayerApplier;
import io.felucca.images.layers.Owners;
import io.felucca.images.tar.TarEntry;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * The root of a container's files, which its processes may be changing: single files of it looked at, written to an
 * archive and unpacked from one. Closes the directory that it was given. Not thread-safe.
 */
public final class RootFolder implements AutoCloseable {

    private final Directory root;
    private final Owners owners;

    public RootFolder(Directory root, IdMap idMap) {
        this.root = root;
        this.owners = new Owners(idMap);
    }

    /** A file that was found. It stays found whatever its path becomes. Closing lets it go. */
    public final class Found implements AutoCloseable {

        private final RootPath path;
        private final Directory parent;
        private final PathStat stat;

        private Found(RootPath path, Directory parent) {
            this.path = path;
            this.parent = parent;
            Stat there = path.base().isEmpty()
                    ? parent.stat()
                    : parent.find(path.baseBytes())
                            .orElseThrow(() ->
                                    FeluccaException.notFound("lstat " + path.shown() + ": no such file or directory"));
            String target =
                    there.isSymlink() ? RootPath.resolve(root, path.asked()).show() : "";
            stat = new PathStat(
                    text(path.name()),
                    there.sizeBytes(),
                    there.type().bits() | there.mode(),
                    Instant.ofEpochSecond(
                            there.modified().seconds(), there.modified().nanos()),
                    target);
        }

        public PathStat stat() {
            return stat;
        }

        public void writeTo(OutputStream tar) {
            LayerDiff.writeNamed(parent, path.baseBytes(), path.name(), owners, tar);
        }

        @Override
        public void close() {
            parent.close();
        }
    }

    private static String text(String bytes) {
        return new String(bytes.getBytes(EntryPath.BYTES), StandardCharsets.UTF_8);
    }

    /** @throws FeluccaException NOT_FOUND, or INVALID where a file is taken for a directory */
    public Found find(String path) {
        RootPath resolved = RootPath.of(root, path);
        Directory parent = resolved.openParent(root);
        try {
            return new Found(resolved, parent);
        } catch (RuntimeException e) {
            parent.close();
            throw e;
        }
    }

    /** Unpacks an archive, compressed or not, into a directory that is there; links are followed to it. */
    public void extract(String path, InputStream archive, Extraction rules) {
        EntryPath into = RootPath.resolve(root, new String(path.getBytes(StandardCharsets.UTF_8), EntryPath.BYTES));
        Optional<Directory> directory = root.findDirectory(into.bytes(), Resolve.IN_ROOT);
        if (directory.isEmpty()) {
            try (Found found = find(into.isRoot() ? "/" : text("/" + into.path()))) {
                throw FeluccaException.invalid("extraction point is not a directory");
            }
        }
        directory.get().close();
        try (Compression.Opened tar = Compression.open(archive)) {
            LayerApplier.extract(tar.plain(), root, into, rules.noOverwriteDirNonDir(), entry -> place(entry, rules));
        } catch (IOException e) {
            throw Compression.invalid(e);
        }
    }

    private TarEntry place(TarEntry entry, Extraction rules) {
        long uid = rules.uid() < 0 ? entry.uid() & 0xffffffffL : rules.uid();
        long gid = rules.gid() < 0 ? entry.gid() & 0xffffffffL : rules.gid();
        return owners.outside(entry, uid, gid);
    }

    @Override
    public void close() {
        root.close();
    }
}
