package io.felucca.linux.files;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/** An open regular file (or device). Not for several threads at once, but for the calls that name an offset. */
@ProviderType
public interface OpenFile extends Inode {

    int readAt(ByteBuffer into, long offset);

    int writeAt(ByteBuffer from, long offset);

    /** Sets the file's own position. */
    void seek(long offset);

    void truncate(long sizeBytes);

    /** The next byte at or after the offset that lies in no hole, -1 when there is none. */
    long nextData(long offset);

    /** The next hole at or after the offset; the file's end counts as one. */
    long nextHole(long offset);

    /** Copies a range in the kernel, shared where the filesystem can; returns what was copied, less at the end. */
    long copyTo(OpenFile target, long offset, long length);

    /** Makes the target share all of this file's blocks (FICLONE); false where the filesystem cannot. */
    boolean cloneTo(OpenFile target);

    /** Begins to bring what was written to the disk, without waiting (sync_file_range(2)): a later sync has less to do. */
    void startWriteback();

    /** Gives a range's blocks back (fallocate(2)); it reads as zeros. */
    void punchHole(long offset, long length);

    /**
     * Takes the lock of the whole file, for writing (F_OFD_SETLK of fcntl(2), kernel 3.15). The lock belongs to this
     * descriptor: closing another descriptor of the file does not release it, the end of the process does. It excludes the
     * locks of java.nio and of other programs, in this process too.
     *
     * @return false when another descriptor or process has it
     */
    boolean tryLock();
}
