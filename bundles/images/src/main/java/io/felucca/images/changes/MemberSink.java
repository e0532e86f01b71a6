package io.felucca.images.changes;

import io.felucca.images.layers.EntryPath;
import io.felucca.images.layers.Vanishing;
import io.felucca.images.layers.WhiteoutRules;
import io.felucca.images.tar.SparseMap;
import io.felucca.images.tar.TarEntry;
import io.felucca.images.tar.TarWriter;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Stat;
import io.felucca.linux.files.Xattr;
import io.felucca.linux.spill.InodeTable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes changes as members of a layer archive. */
final class MemberSink implements ChangeSink, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MemberSink.class);
    private static final byte[] NOTHING = {};
    private static final Stat.Time EPOCH = new Stat.Time(0, 0);

    private final TarWriter writer;
    private final String lead;
    private final Optional<Instant> latest;
    private final InodeTable linked = new InodeTable();
    private long sizeBytes;

    MemberSink(TarWriter writer) {
        this(writer, "", Optional.empty());
    }

    /**
     * @param lead before each name
     * @param latest the time of what was changed after it; empty for the times as they are
     */
    MemberSink(TarWriter writer, String lead, Optional<Instant> latest) {
        this.writer = writer;
        this.lead = lead;
        this.latest = latest;
    }

    private byte[] member(EntryPath path, String end) {
        return (lead + path.path() + end).getBytes(EntryPath.BYTES);
    }

    long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void change(Change.Kind kind, EntryPath path, Directory parent, Optional<Stat> stat) {
        if (stat.isEmpty()) {
            writer.write(marker(path.parent(), WhiteoutRules.PREFIX + path.name()));
        } else {
            file(path, path.nameBytes(), parent, stat.get());
        }
    }

    /** A directory that is open already. */
    void directory(EntryPath path, Directory directory, Stat stat) {
        List<Xattr> xattrs = TreeComparison.sorted(directory.xattrs());
        String end = path.isRoot() ? "" : "/";
        writer.write(entry(member(path, end), TarEntry.DIRECTORY, stat, 0, NOTHING, xattrs, Optional.empty()));
    }

    /** Whatever is of that name; what has vanished, or became something else, is left out. */
    void file(EntryPath path, byte[] name, Directory parent, Stat stat) {
        if (Vanishing.find(() -> parent.xattrs(name))
                .filter(xattrs -> write(path, name, parent, stat, TreeComparison.sorted(xattrs)))
                .isEmpty()) {
            LOG.debug("not archived, it vanished: {}", path.show());
        }
    }

    private static TarEntry marker(EntryPath directory, String name) {
        byte[] path =
                directory.child(name.getBytes(StandardCharsets.ISO_8859_1)).bytes();
        return new TarEntry(path, TarEntry.FILE, 0, 0, 0, 0, 0, EPOCH, EPOCH, NOTHING, 0, List.of(), Optional.empty());
    }

    private boolean write(EntryPath path, byte[] name, Directory parent, Stat stat, List<Xattr> xattrs) {
        if (stat.type() == FileType.SOCKET) {
            LOG.debug("not archived: socket {}", path.show());
            return true;
        }
        if (!stat.isDirectory() && stat.links() > 1) {
            Optional<byte[]> first = linked.find(stat.device(), stat.inode());
            if (first.isPresent()) {
                writer.write(
                        entry(member(path, ""), TarEntry.HARD_LINK, stat, 0, first.get(), List.of(), Optional.empty()));
                return true;
            }
        }
        boolean written = true;
        switch (stat.type()) {
            case REGULAR -> written = writeFile(path, name, parent, stat, xattrs);
            case DIRECTORY ->
                writer.write(entry(member(path, "/"), TarEntry.DIRECTORY, stat, 0, NOTHING, xattrs, Optional.empty()));
            case SYMLINK -> {
                Optional<byte[]> target = Vanishing.find(() -> parent.readSymlink(name));
                target.ifPresent(to ->
                        writer.write(entry(member(path, ""), TarEntry.SYMLINK, stat, 0, to, xattrs, Optional.empty())));
                written = target.isPresent();
            }
            default -> {
                char type = stat.type() == FileType.FIFO
                        ? TarEntry.FIFO
                        : stat.type() == FileType.BLOCK_DEVICE ? TarEntry.BLOCK_DEVICE : TarEntry.CHARACTER_DEVICE;
                writer.write(entry(member(path, ""), type, stat, 0, NOTHING, xattrs, Optional.empty()));
            }
        }
        if (written && !stat.isDirectory() && stat.links() > 1) {
            linked.put(stat.device(), stat.inode(), member(path, ""));
        }
        return written;
    }

    private boolean writeFile(EntryPath path, byte[] name, Directory parent, Stat stat, List<Xattr> xattrs) {
        long size = stat.sizeBytes();
        if (size == 0) {
            writer.write(entry(member(path, ""), TarEntry.FILE, stat, 0, NOTHING, xattrs, Optional.empty()));
            return true;
        }
        Optional<OpenFile> opened = Vanishing.find(() -> parent.openFile(name));
        if (opened.isEmpty()) {
            return false;
        }
        try (OpenFile file = opened.get()) {
            boolean mayHaveHoles = stat.blocks() * 512 < size;
            Optional<SparseMap> sparse = mayHaveHoles ? TarWriter.pieces(file, size) : Optional.empty();
            writer.write(entry(member(path, ""), TarEntry.FILE, stat, size, NOTHING, xattrs, sparse), file);
        }
        sizeBytes += size;
        return true;
    }

    @Override
    public void close() {
        linked.close();
    }

    private Stat.Time modified(Stat stat) {
        Instant time =
                Instant.ofEpochSecond(stat.modified().seconds(), stat.modified().nanos());
        return latest.filter(time::isAfter)
                .map(last -> new Stat.Time(last.getEpochSecond(), last.getNano()))
                .orElse(stat.modified());
    }

    private TarEntry entry(
            byte[] path,
            char type,
            Stat stat,
            long size,
            byte[] linkTarget,
            List<Xattr> xattrs,
            Optional<SparseMap> sparse) {
        return new TarEntry(
                path,
                type,
                stat.mode(),
                stat.uid(),
                stat.gid(),
                size,
                size,
                modified(stat),
                stat.accessed(),
                linkTarget,
                type == TarEntry.HARD_LINK ? 0 : stat.rdev(),
                xattrs,
                sparse);
    }
}
