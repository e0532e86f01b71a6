package io.felucca.linux.files;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** What can be asked of and done to an open file and an open directory alike. */
@ProviderType
public interface Inode extends Fd {

    Stat stat();

    void setOwner(int uid, int gid);

    /** Permission bits with setuid, setgid and sticky; after {@link #setOwner}, which clears them. */
    void setMode(int mode);

    void setTimes(Stat.Time accessed, Stat.Time modified);

    List<Xattr> xattrs();

    void setXattr(byte[] attribute, byte[] value);

    /** False when it was not there. */
    boolean removeXattr(byte[] attribute);

    /** fsync(2). */
    void sync();

    /** syncfs(2): everything on the filesystem where this lies. */
    void syncFileSystem();

    FileSystemInfo fileSystem();

    /**
     * Grows the mounted filesystem where this lies, up to a size that its device has.
     *
     * @throws io.felucca.FeluccaException UNSUPPORTED for one that is neither ext4 nor xfs
     */
    void growFileSystem(long sizeBytes);

    /**
     * Takes flock(2)'s lock, held until the descriptor (and every copy of it that a child has) is closed.
     *
     * @return false when another holds it
     */
    boolean tryLock(boolean exclusive);
}
