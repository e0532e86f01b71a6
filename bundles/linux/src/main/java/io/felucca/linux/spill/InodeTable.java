package io.felucca.linux.spill;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Values of inodes that have several hard links, such as the path of the first, in bounded memory: a container can make
 * millions. Errors: SYSTEM when its file cannot be made, written or read. Not thread-safe.
 */
public final class InodeTable implements AutoCloseable {

    private static final long KEPT_BYTES = 4 << 20;
    /** A key, an array's header and a place in a map. */
    private static final int ENTRY_BYTES = 120;

    private final long keptBytes;
    private final Map<Key, byte[]> kept = new HashMap<>();
    private long bytes;
    private DiskTable disk;

    record Key(long device, long inode) {}

    public InodeTable() {
        this(KEPT_BYTES);
    }

    InodeTable(long keptBytes) {
        this.keptBytes = keptBytes;
    }

    /** The value that was put for the inode. */
    public Optional<byte[]> find(long device, long inode) {
        Key key = new Key(device, inode);
        byte[] value = kept.get(key);
        return value == null && disk != null ? disk.find(key) : Optional.ofNullable(value);
    }

    /** Only for what {@link #find} does not know. */
    public void put(long device, long inode, byte[] value) {
        kept.put(new Key(device, inode), value);
        bytes += ENTRY_BYTES + value.length;
        if (bytes > keptBytes) {
            if (disk == null) {
                disk = new DiskTable(SpillFile.folder());
            }
            disk.putAll(kept);
            kept.clear();
            bytes = 0;
        }
    }

    /** Gives what was put before; puts the value where there is none. */
    public Optional<byte[]> putIfAbsent(long device, long inode, byte[] value) {
        Optional<byte[]> before = find(device, inode);
        if (before.isEmpty()) {
            put(device, inode, value);
        }
        return before;
    }

    @Override
    public void close() {
        if (disk != null) {
            disk.close();
            disk = null;
        }
    }
}
