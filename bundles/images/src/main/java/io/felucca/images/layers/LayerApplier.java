package io.felucca.images.layers;

import io.felucca.FeluccaException;
import io.felucca.images.tar.TarEntry;
import io.felucca.images.tar.TarReader;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import io.felucca.linux.files.Xattr;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Unpacks layers. An entry's owner, mode, times, attributes, links, holes and name come out as they were. Names never
 * lead out of the target: leading slashes are dropped, {@code ..} above the root is refused with INVALID, and
 * symbolic links on the way resolve as if the target were the root. Stateless.
 */
public final class LayerApplier {

    private LayerApplier() {}

    /**
     * Unpacks an archive and reads its stream to the end; does not close it. What it has made before it fails stays for
     * the caller to remove.
     *
     * @throws io.felucca.FeluccaException INVALID when it is no tar archive, is cut, climbs out, or passes the limits
     */
    public static Applied apply(InputStream uncompressedTar, Directory target, Whiteouts form, Limits limits) {
        return apply(uncompressedTar, target, form, limits, Owners.HOST);
    }

    /**
     * As {@link #apply(InputStream, Directory, Whiteouts, Limits)}, into a layer of a user namespace.
     *
     * @param owners what the archive's owners are outside
     */
    public static Applied apply(
            InputStream uncompressedTar, Directory target, Whiteouts form, Limits limits, Owners owners) {
        try (TarApplication application = new TarApplication(target, form, limits)) {
            TarReader reader = new TarReader(uncompressedTar);
            for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                application.apply(owners.outside(entry.get()), reader);
            }
            return application.finish();
        }
    }

    /**
     * Unpacks plain files into a directory of a tree that others may be changing. Names and links of the archive
     * stay inside that directory by their text, and the kernel resolves them below the root.
     *
     * @param into where to, resolved; what the archive says of its own root is passed over
     * @param placement gives each entry the owners that the host shall see
     */
    public static void extract(
            InputStream uncompressedTar,
            Directory root,
            EntryPath into,
            boolean keepsKinds,
            UnaryOperator<TarEntry> placement) {
        try (TarApplication application = new TarApplication(root, Whiteouts.NONE, Limits.NONE, keepsKinds)) {
            TarReader reader = new TarReader(uncompressedTar);
            for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                EntryPath path = inside(entry.get().path(), into);
                if (!path.isRoot()) {
                    application.apply(placement.apply(below(into, path, entry.get())), reader);
                }
            }
            application.finish();
        }
    }

    /** The entry under another directory, what a hard link names too. */
    private static TarEntry below(EntryPath directory, EntryPath place, TarEntry entry) {
        boolean hardLink = entry.type() == TarEntry.HARD_LINK;
        return entry.named(
                join(directory, place),
                hardLink ? join(directory, EntryPath.of(entry.linkTarget())) : entry.linkTarget());
    }

    private static byte[] join(EntryPath directory, EntryPath place) {
        return (directory.path() + "/" + place.path()).getBytes(EntryPath.BYTES);
    }

    private static EntryPath inside(byte[] name, EntryPath into) {
        try {
            return EntryPath.of(name);
        } catch (FeluccaException e) {
            throw new FeluccaException(
                    e.kind(), "\"" + TarEntry.show(name) + "\" is outside of \"" + into.show() + "\"", e);
        }
    }

    /**
     * Gives directories that no entry described the owner, mode, times and attributes that a lower view has there.
     *
     * @return false when the lower view has a symbolic link in such a place, so that the archive means another
     *     directory: the target is to be thrown away, and the archive applied to a mounted view
     */
    public static boolean copyParents(Directory target, List<byte[]> impliedParents, Directory lowerView) {
        // The deepest first, so that no time set is changed again.
        for (int i = impliedParents.size() - 1; i >= 0; i--) {
            byte[] path = impliedParents.get(i);
            EntryPath parent = EntryPath.of(path).parent();
            byte[] name = EntryPath.of(path).nameBytes();
            Optional<Directory> lowerParent = lowerView.findDirectory(parent.bytes(), Resolve.IN_ROOT);
            if (lowerParent.isPresent()) {
                try (Directory from = lowerParent.get();
                        Directory to = target.openDirectory(path, Resolve.NO_SYMLINKS)) {
                    Optional<Stat> there = from.find(name);
                    if (there.isPresent() && there.get().isSymlink()) {
                        return false;
                    } else if (there.isPresent() && there.get().isDirectory()) {
                        copy(from, name, there.get(), to);
                    }
                }
            }
        }
        return true;
    }

    /** Gives a root that no entry described the owner, mode, times and attributes of another. */
    public static void copyRoot(Directory target, Directory lowerRoot) {
        Stat stat = lowerRoot.stat();
        target.setOwner(stat.uid(), stat.gid());
        target.setMode(stat.mode());
        for (Xattr xattr : lowerRoot.xattrs()) {
            if (!Attributes.isOverlays(xattr.name())) {
                target.setXattr(xattr.name(), xattr.value());
            }
        }
        target.setTimes(stat.accessed(), stat.modified());
    }

    private static void copy(Directory from, byte[] name, Stat stat, Directory to) {
        to.setOwner(stat.uid(), stat.gid());
        to.setMode(stat.mode());
        for (Xattr xattr : from.xattrs(name)) {
            if (!Attributes.isOverlays(xattr.name())) {
                to.setXattr(xattr.name(), xattr.value());
            }
        }
        to.setTimes(stat.accessed(), stat.modified());
    }
}
