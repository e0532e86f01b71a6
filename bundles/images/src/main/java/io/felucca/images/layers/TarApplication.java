package io.felucca.images.layers;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.layers.TargetTree.Parent;
import io.felucca.images.tar.SparseMap;
import io.felucca.images.tar.TarEntry;
import io.felucca.images.tar.TarReader;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** One archive being applied to one target. */
final class TarApplication implements AutoCloseable {

    /** From here on a layer's file goes to the disk at once, so that the sync of the whole has little left. */
    private static final long WRITEBACK_BYTES = 256 << 10;

    private final Whiteouts form;
    private final Limits limits;
    private final boolean overLayers;
    private final boolean live;
    private final boolean keepsKinds;
    private final PathSet written = new PathSet();
    private final TargetTree tree;
    private final WhiteoutRules whiteouts;
    private long sizeBytes;
    private long storedBytes;
    private long entries;
    private boolean describesRoot;
    private boolean describesLate;
    /** Whether what this process makes is root's; asked of the first file. */
    private Boolean madeAsRoot;

    TarApplication(Directory target, Whiteouts form, Limits limits) {
        this(target, form, limits, false);
    }

    /** @param keepsKinds refuses a directory in place of something else and the reverse */
    TarApplication(Directory target, Whiteouts form, Limits limits, boolean keepsKinds) {
        this.form = form;
        this.live = form == Whiteouts.NONE;
        this.keepsKinds = keepsKinds;
        this.limits = limits;
        // With nothing below, nothing can be deleted.
        this.overLayers = form == Whiteouts.PLAIN && target.entries().iterator().hasNext();
        this.tree = new TargetTree(target, !live, path -> wrote(path));
        this.whiteouts = form == Whiteouts.OVERLAY ? new OverlayWhiteouts(tree) : new PlainWhiteouts(tree, written);
    }

    private void wrote(EntryPath path) {
        if (overLayers) {
            written.add(path);
        }
    }

    Applied finish() {
        tree.settle();
        boolean overlay = form == Whiteouts.OVERLAY;
        return new Applied(
                sizeBytes,
                entries,
                overlay ? tree.implied() : List.of(),
                overlay && (whiteouts.needsView() || tree.tooManyImplied() || describesLate),
                describesRoot);
    }

    void apply(TarEntry entry, TarReader data) {
        count(entry);
        tree.settleMany();
        EntryPath path = EntryPath.of(entry.path());
        if (path.isRoot()) {
            applyToRoot(entry);
        } else if (live || !whiteouts.handle(path, form == Whiteouts.OVERLAY || overLayers)) {
            wrote(path);
            if (keepsKinds) {
                refuseOtherKind(path, entry);
            }
            put(path, entry, data);
        }
    }

    /** In dockerd's words, which name the directory that it unpacks into. */
    private void refuseOtherKind(EntryPath path, TarEntry entry) {
        boolean directory = entry.type() == TarEntry.DIRECTORY;
        Optional<Stat> there =
                tree.find(path.parent()).flatMap(found -> found.directory().find(path.nameBytes()));
        if (there.isPresent() && there.get().isDirectory() != directory) {
            throw FeluccaException.invalid(
                    directory
                            ? "cannot overwrite non-directory \"" + path.show() + "\" with directory \""
                                    + path.parent().show() + "\""
                            : "cannot overwrite directory \"" + path.show() + "\" with non-directory \""
                                    + path.parent().show() + "\"");
        }
    }

    private void count(TarEntry entry) {
        entries++;
        storedBytes += entry.storedBytes();
        if (entries > limits.entries()) {
            throw FeluccaException.invalid("the archive has more than " + limits.entries() + " entries");
        } else if (storedBytes < 0 || storedBytes > limits.bytes()) {
            throw FeluccaException.invalid("the archive has more than " + limits.bytes() + " bytes of files");
        }
    }

    private void applyToRoot(TarEntry entry) {
        if (entry.type() != TarEntry.DIRECTORY) {
            throw FeluccaException.invalid("the archive has a root that is no directory");
        }
        describesRoot = true;
        Directory root = tree.parent(EntryPath.ROOT).directory();
        root.setOwner(entry.uid(), entry.gid());
        root.setMode(entry.mode());
        entry.xattrs().forEach(xattr -> {
            if (!Attributes.isOverlays(xattr.name())) {
                root.setXattr(xattr.name(), xattr.value());
            }
        });
        tree.setTimesLater(EntryPath.ROOT, entry.accessed(), entry.modified());
    }

    private void put(EntryPath path, TarEntry entry, TarReader data) {
        sizeBytes += entry.countedBytes();
        switch (entry.type()) {
            case TarEntry.FILE -> putFile(path, entry, data);
            case TarEntry.DIRECTORY -> putDirectory(path, entry);
            case TarEntry.HARD_LINK -> putLink(path, entry);
            case TarEntry.SYMLINK -> putSymlink(path, entry);
            default -> putNode(path, entry);
        }
    }

    private void putFile(EntryPath path, TarEntry entry, TarReader data) {
        Parent parent = tree.parent(path.parent());
        try (OpenFile file = create(path)) {
            if (entry.sparse().isPresent()) {
                writePieces(file, entry, data);
            } else {
                for (ByteBuffer piece = data.data(); piece.hasRemaining(); piece = data.data()) {
                    data.consumed(file.write(piece));
                }
            }
            if (!live && entry.storedBytes() >= WRITEBACK_BYTES) {
                file.startWriteback();
            }
            if (!(entry.uid() == 0 && entry.gid() == 0 && parent.rootGroup() && madeAsRoot(file))) {
                file.setOwner(entry.uid(), entry.gid());
            }
            file.setMode(entry.mode());
            Attributes.set(file, entry.xattrs());
            file.setTimes(entry.accessed(), entry.modified());
        }
    }

    private boolean madeAsRoot(OpenFile file) {
        if (madeAsRoot == null) {
            Stat stat = file.stat();
            madeAsRoot = stat.uid() == 0 && stat.gid() == 0;
        }
        return madeAsRoot;
    }

    private OpenFile create(EntryPath path) {
        byte[] name = path.nameBytes();
        while (true) {
            Directory directory = tree.parent(path.parent()).directory();
            Optional<OpenFile> file = directory.tryCreateFile(name, 0600);
            if (file.isPresent()) {
                return file.get();
            }
            removeOld(directory, name);
        }
    }

    private void removeOld(Directory directory, byte[] name) {
        Optional<Stat> there = directory.find(name);
        if (there.isPresent()) {
            tree.remove(directory, name, there.get());
        }
    }

    private static void writePieces(OpenFile file, TarEntry entry, TarReader data) {
        SparseMap map = entry.sparse().orElseThrow();
        for (int i = 0; i < map.count(); i++) {
            long offset = map.offset(i);
            long end = offset + map.length(i);
            while (offset < end) {
                ByteBuffer piece = data.data();
                piece.limit((int) Math.min(piece.limit(), piece.position() + end - offset));
                int count = file.writeAt(piece, offset);
                data.consumed(count);
                offset += count;
            }
        }
        if (map.end() < entry.sizeBytes() || map.count() > 0 && map.length(map.count() - 1) == 0) {
            file.truncate(entry.sizeBytes());
        }
    }

    private void putDirectory(EntryPath path, TarEntry entry) {
        byte[] name = path.nameBytes();
        Directory parent = tree.parent(path.parent()).directory();
        boolean opaque = false;
        // What came before may have gone elsewhere, by a link of the layers below.
        describesLate |= tree.isImplied(path);
        boolean made = parent.tryMakeDirectory(name, 0755);
        if (!made) {
            Stat there = parent.stat(name);
            if (there.isDirectory()) {
                Attributes.removeOthers(parent, name, entry.xattrs());
            } else {
                opaque = form == Whiteouts.OVERLAY && there.isWhiteout();
                tree.remove(parent, name, there);
                parent = tree.parent(path.parent()).directory();
                parent.makeDirectory(name, 0755);
            }
        }
        if (opaque) {
            parent.setXattr(name, TargetTree.OPAQUE, TargetTree.OPAQUE_VALUE);
        }
        parent.setOwner(name, entry.uid(), entry.gid());
        setMode(parent, name, entry.mode());
        Attributes.set(parent, name, entry.xattrs());
        tree.changed(path);
        tree.setTimesLater(path, entry.accessed(), entry.modified());
    }

    /** By name chmod follows a link, which only a live tree can have got meanwhile. */
    private void setMode(Directory parent, byte[] name, int mode) {
        if (live) {
            try (Directory directory = parent.openDirectory(name, Resolve.NO_SYMLINKS)) {
                directory.setMode(mode);
            }
        } else {
            parent.setMode(name, mode);
        }
    }

    private void putLink(EntryPath path, TarEntry entry) {
        EntryPath existing = EntryPath.of(entry.linkTarget());
        if (existing.path().equals(path.path())) {
            return;
        }
        if (existing.isRoot() || !live && existing.name().startsWith(WhiteoutRules.PREFIX)) {
            throw FeluccaException.invalid(describeLink(path, existing) + ", which cannot be linked to");
        }
        Parent from = tree.find(existing.parent())
                .orElseThrow(() -> FeluccaException.invalid(describeLink(path, existing) + ", which is not there"));
        Optional<Stat> target = from.directory().find(existing.nameBytes());
        if (target.isEmpty() || target.get().isWhiteout()) {
            throw FeluccaException.invalid(describeLink(path, existing) + ", which is not there");
        } else if (target.get().isDirectory()) {
            throw FeluccaException.invalid(describeLink(path, existing) + ", which is a directory");
        }
        Directory to = tree.parent(path.parent()).directory();
        byte[] name = path.nameBytes();
        Optional<Stat> there = to.find(name);
        if (there.isPresent() && there.get().sameInode(target.get())) {
            return;
        } else if (there.isPresent()) {
            tree.remove(to, name, there.get());
            from = tree.find(existing.parent())
                    .orElseThrow(() -> FeluccaException.invalid(describeLink(path, existing) + ", which is not there"));
            to = tree.parent(path.parent()).directory();
        }
        try {
            to.makeLink(from.directory(), existing.nameBytes(), name);
        } catch (FeluccaException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                throw new FeluccaException(Kind.INVALID, describeLink(path, existing) + ", which is not there", e);
            }
            throw e;
        }
    }

    private static String describeLink(EntryPath path, EntryPath existing) {
        return "the archive links " + path.show() + " to " + existing.show();
    }

    private void putSymlink(EntryPath path, TarEntry entry) {
        byte[] name = path.nameBytes();
        Parent parent = tree.parent(path.parent());
        if (entry.linkTarget().length == 0) {
            throw FeluccaException.invalid("the archive has a symbolic link to nothing: " + path.show());
        }
        Directory directory = making(parent.directory(), path, there -> there.makeSymlink(name, entry.linkTarget()));
        finishNode(directory, name, entry);
    }

    private void putNode(EntryPath path, TarEntry entry) {
        FileType type = switch (entry.type()) {
            case TarEntry.CHARACTER_DEVICE -> FileType.CHARACTER_DEVICE;
            case TarEntry.BLOCK_DEVICE -> FileType.BLOCK_DEVICE;
            default -> FileType.FIFO;
        };
        if (type == FileType.CHARACTER_DEVICE && entry.rdev() == 0) {
            throw FeluccaException.invalid(
                    "the archive has a character device 0:0, which is overlay's mark for a deleted" + " file: "
                            + path.show());
        }
        byte[] name = path.nameBytes();
        Parent parent = tree.parent(path.parent());
        Directory directory =
                making(parent.directory(), path, there -> there.makeNode(name, type, entry.mode(), entry.rdev()));
        finishNode(directory, name, entry);
    }

    private interface Making {
        void in(Directory directory);
    }

    /** Makes something, in place of what is there. */
    private Directory making(Directory directory, EntryPath path, Making making) {
        try {
            making.in(directory);
            return directory;
        } catch (FeluccaException e) {
            if (e.kind() != Kind.CONFLICT) {
                throw e;
            }
            removeOld(directory, path.nameBytes());
            Directory again = tree.parent(path.parent()).directory();
            making.in(again);
            return again;
        }
    }

    private void finishNode(Directory directory, byte[] name, TarEntry entry) {
        directory.setOwner(name, entry.uid(), entry.gid());
        // In a live tree a node keeps what mknod gave it, umask and all: no call could change it unraced.
        if (entry.type() != TarEntry.SYMLINK && !live) {
            directory.setMode(name, entry.mode());
        }
        Attributes.set(directory, name, entry.xattrs());
        directory.setTimes(name, entry.accessed(), entry.modified());
    }

    @Override
    public void close() {
        tree.close();
    }
}
