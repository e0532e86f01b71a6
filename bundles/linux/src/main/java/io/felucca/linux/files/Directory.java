package io.felucca.linux.files;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An open directory, and the {@code *at} calls on it. Names are bytes, and one part of a path each: one that is empty,
 * {@code .}, {@code ..} or holds a slash or NUL is refused with INVALID. None of these calls follows a symbolic link in
 * the last part. Where a path is taken, {@link Resolve} says how it is walked. Thread-safe.
 *
 * <p>Errors: NOT_FOUND for ENOENT and ENOTDIR, CONFLICT for EEXIST and ENOTEMPTY, INVALID for a name or path that is
 * refused (ELOOP, EXDEV, ENAMETOOLONG), SYSTEM otherwise; each names the call, the name and errno.
 */
@ProviderType
public interface Directory extends Inode {

    /** Opens a directory below this one; an empty path or {@code .} is this one again. */
    Directory openDirectory(byte[] path, Resolve how);

    /** As {@link #openDirectory}; empty when there is none. */
    Optional<Directory> findDirectory(byte[] path, Resolve how);

    /** Opens by path. Without {@link Open#NON_BLOCKING} a fifo would block. */
    OpenFile open(byte[] path, Resolve how, int flags, int mode);

    /** Opens the regular file of that name to read; INVALID when it is something else. */
    OpenFile openFile(byte[] name);

    /** Makes a new regular file, open for reading and writing. */
    OpenFile createFile(byte[] name, int mode);

    /** As {@link #createFile}; empty when something of that name is there already. */
    Optional<OpenFile> tryCreateFile(byte[] name, int mode);

    Stat stat(byte[] name);

    Optional<Stat> find(byte[] name);

    /**
     * The entries without {@code .} and {@code ..}, in the filesystem's order, all in the heap: only for directories that
     * the engine alone fills. Any other is read by {@link #entries}.
     */
    List<DirectoryEntry> list();

    /**
     * As {@link #list}, read from the kernel a few kilobytes at a time, so that a directory of millions of names costs no
     * memory. Each iterator begins at the start and keeps its own position. Entries may be removed while they are read;
     * whether the iterator returns a name that is added meanwhile is not said (readdir(3)).
     */
    Iterable<DirectoryEntry> entries();

    void makeDirectory(byte[] name, int mode);

    /** False when something of that name is there already. */
    boolean tryMakeDirectory(byte[] name, int mode);

    /** Makes a device, fifo, socket or file; {@code rdev} as in {@link Stat#rdev}. */
    void makeNode(byte[] name, FileType type, int mode, long rdev);

    void makeSymlink(byte[] name, byte[] target);

    /** Links {@code name} here to another directory's existing inode, a symbolic link itself included. */
    void makeLink(Directory existing, byte[] existingName, byte[] name);

    byte[] readSymlink(byte[] name);

    /** False when there is none; a directory is refused. */
    boolean unlink(byte[] name);

    /** False when there is none. */
    boolean removeDirectory(byte[] name);

    /** Removes a name and all below it, in whatever depth; false when there is none. Stays on what is not mounted over. */
    boolean removeTree(byte[] name);

    void rename(byte[] name, Directory target, byte[] targetName);

    void setOwner(byte[] name, int uid, int gid);

    /** Not for symbolic links: they have no mode. */
    void setMode(byte[] name, int mode);

    void setTimes(byte[] name, Stat.Time accessed, Stat.Time modified);

    List<Xattr> xattrs(byte[] name);

    Optional<byte[]> xattr(byte[] name, byte[] attribute);

    void setXattr(byte[] name, byte[] attribute, byte[] value);

    boolean removeXattr(byte[] name, byte[] attribute);

    /**
     * Tells the filesystem that the directories in this one have nothing to do with each other, so that it puts new ones
     * apart ({@code chattr +T}). ext4 without a journal looks at all inodes of a block group that were deleted in the last
     * minutes before it takes another: thousands of files beside others that have just gone take a second.
     *
     * @return false where the filesystem takes no such hint
     */
    boolean spreadDirectories();
}
