package io.felucca.linux.btrfs;

import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.Stat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Subvolumes, which are trees of inodes with numbers of their own, and what those trees hold. Needs Linux 5.7 and
 * CAP_SYS_ADMIN. Thread-safe.
 *
 * <p>Where a tree is asked for by its id, the directory is any one on the same filesystem. Trees show what has been
 * written back: of a file that was just written the size and the times may be older, but in a new snapshot nothing is.
 *
 * <p>Errors: CONFLICT for a name in use and a subvolume that holds others, SYSTEM otherwise; each names the call, the
 * directory and errno.
 */
@ProviderType
public interface Btrfs {

    /** The number of a subvolume's topmost directory (BTRFS_FIRST_FREE_OBJECTID). */
    long TOP = 256;

    /**
     * @param id names it on its filesystem, and is never used again
     * @param uuid in hexadecimal
     * @param parentUuid of what it was made a snapshot of; zeros for none
     * @param madeIn the transaction that made it: what changed in a snapshot since has a later one
     */
    record Subvolume(long id, String uuid, String parentUuid, long madeIn) {}

    /**
     * An inode as it is written down.
     *
     * @param number in its subvolume, and in snapshots of that; not used again
     * @param madeIn the transaction that made it
     * @param names those that were read along with it; all where there are as many as {@code links}, else {@link #names}
     *     has them
     */
    record Inode(
            long number, long madeIn, FileType type, int links, long sizeBytes, Stat.Time changed, List<Name> names) {}

    /**
     * A name, and what is at the other end of it: the directory that has it, or what it stands for there.
     *
     * @param name bytes, one to a char (ISO 8859-1)
     */
    record Name(long inode, String name) {}

    /** Why none of this works on the filesystem of that directory; empty where it does. Changes nothing. */
    Optional<String> missing(Directory directory);

    /** Makes an empty subvolume, its topmost directory root's with the mode 0755. */
    void create(Directory parent, String name);

    /** Makes a writable snapshot of a subvolume. Subvolumes within it are empty directories there. */
    void snapshot(Directory subvolume, Directory parent, String name);

    /** Empty where the directory is not the topmost of a subvolume. */
    Optional<Subvolume> subvolume(Directory directory);

    /** The ids of the subvolumes that lie directly in a subvolume. */
    List<Long> within(Directory directory, long id);

    /**
     * Deletes a subvolume, wherever it is, with its limit; its blocks are freed in the background. CONFLICT while others
     * lie in it.
     */
    void delete(Directory directory, long id);

    /** The inodes of a tree, by their numbers, that have changed in a transaction after the given one; 0 for all. */
    void changed(Directory directory, long id, long after, Consumer<Inode> each);

    Optional<Inode> inode(Directory directory, long id, long inode);

    /** All names of an inode, each with the directory that has it; none for one that was deleted while it was open. */
    List<Name> names(Directory directory, long id, long inode);

    /** What a directory has, each name with what it stands for: an inode, or a subvolume's id as a negative number. */
    List<Name> entries(Directory directory, long id, long inode);

    /**
     * Limits what a subvolume refers to, what it shares with others included. Turns the filesystem's quotas on, and waits
     * until the kernel has counted what is there already, which may take minutes on a large filesystem.
     *
     * @param limitBytes 0 for no limit
     */
    void limit(Directory subvolume, long limitBytes);
}
