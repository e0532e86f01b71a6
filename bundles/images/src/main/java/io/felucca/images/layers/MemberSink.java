package io.felucca.images.layers;

import io.felucca.linux.Directory;
import io.felucca.linux.FileType;
import io.felucca.linux.OpenFile;
import io.felucca.linux.Stat;
import io.felucca.linux.Xattr;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes changes as members of a layer archive. */
final class MemberSink implements ChangeSink {

    private static final Logger LOG = LoggerFactory.getLogger(MemberSink.class);
    private static final byte[] NOTHING = {};
    private static final Stat.Time EPOCH = new Stat.Time(0, 0);

    private final TarWriter writer;
    private final Map<InodeKey, byte[]> linked = new HashMap<>();
    private long sizeBytes;

    MemberSink(TarWriter writer) {
        this.writer = writer;
    }

    private record InodeKey(long device, long inode) {}

    long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void change(Change.Kind kind, EntryPath path, Directory parent, Optional<Stat> stat) {
        if (stat.isEmpty()) {
            writer.write(marker(path.parent(), WhiteoutRules.PREFIX + path.name()));
        } else {
            write(path, parent, stat.get());
        }
    }

    @Override
    public void opaque(EntryPath directory) {
        writer.write(marker(directory, WhiteoutRules.OPAQUE));
    }

    private static TarEntry marker(EntryPath directory, String name) {
        byte[] path =
                directory.child(name.getBytes(StandardCharsets.ISO_8859_1)).bytes();
        return new TarEntry(path, TarEntry.FILE, 0, 0, 0, 0, 0, EPOCH, EPOCH, NOTHING, 0, List.of(), Optional.empty());
    }

    private void write(EntryPath path, Directory parent, Stat stat) {
        byte[] name = path.nameBytes();
        if (stat.type() == FileType.SOCKET) {
            LOG.debug("not archived: socket {}", path.show());
            return;
        }
        if (!stat.isDirectory() && stat.links() > 1) {
            byte[] first = linked.putIfAbsent(new InodeKey(stat.device(), stat.inode()), path.bytes());
            if (first != null) {
                writer.write(entry(path.bytes(), TarEntry.HARD_LINK, stat, 0, first, List.of(), Optional.empty()));
                return;
            }
        }
        List<Xattr> xattrs = TreeComparison.sorted(parent.xattrs(name));
        switch (stat.type()) {
            case REGULAR -> writeFile(path, parent, stat, xattrs);
            case DIRECTORY -> {
                byte[] directory = (path.path() + "/").getBytes(StandardCharsets.ISO_8859_1);
                writer.write(entry(directory, TarEntry.DIRECTORY, stat, 0, NOTHING, xattrs, Optional.empty()));
            }
            case SYMLINK -> {
                byte[] target = parent.readSymlink(name);
                writer.write(entry(path.bytes(), TarEntry.SYMLINK, stat, 0, target, xattrs, Optional.empty()));
            }
            default -> {
                char type = stat.type() == FileType.FIFO
                        ? TarEntry.FIFO
                        : stat.type() == FileType.BLOCK_DEVICE ? TarEntry.BLOCK_DEVICE : TarEntry.CHARACTER_DEVICE;
                writer.write(entry(path.bytes(), type, stat, 0, NOTHING, xattrs, Optional.empty()));
            }
        }
    }

    private void writeFile(EntryPath path, Directory parent, Stat stat, List<Xattr> xattrs) {
        long size = stat.sizeBytes();
        if (size == 0) {
            writer.write(entry(path.bytes(), TarEntry.FILE, stat, 0, NOTHING, xattrs, Optional.empty()));
            return;
        }
        try (OpenFile file = parent.openFile(path.nameBytes())) {
            boolean mayHaveHoles = stat.blocks() * 512 < size;
            Optional<SparseMap> sparse = mayHaveHoles ? TarWriter.pieces(file, size) : Optional.empty();
            writer.write(entry(path.bytes(), TarEntry.FILE, stat, size, NOTHING, xattrs, sparse), file);
        }
        sizeBytes += size;
    }

    private static TarEntry entry(
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
                stat.modified(),
                stat.accessed(),
                linkTarget,
                type == TarEntry.HARD_LINK ? 0 : stat.rdev(),
                xattrs,
                sparse);
    }
}
