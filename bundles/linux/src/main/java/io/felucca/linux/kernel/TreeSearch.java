package io.felucca.linux.kernel;

import io.felucca.linux.files.Directory;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.nio.ByteBuffer;

/**
 * A walk through the items of one of btrfs' trees in the order of their keys (object, type, offset), by
 * BTRFS_IOC_TREE_SEARCH_V2: a buffer of them with each call.
 */
final class TreeSearch {

    /** As {@link Scratch#large}, which serves where what is told of an item makes no other call. */
    static final int BUFFER_BYTES = Scratch.LARGE_BYTES;

    /** _IOWR(0x94, 17, struct btrfs_ioctl_search_args_v2), whose size has the buffer's not in it. */
    private static final long REQUEST = 3L << 30 | 112L << 16 | 0x94 << 8 | 17;

    private static final int KEY_BYTES = 104;
    private static final int COUNT_AT = 64;
    private static final int ITEMS_AT = KEY_BYTES + 8;
    private static final int HEADER_BYTES = 32;
    /** BTRFS_MAX_METADATA_BLOCKSIZE: no item is larger, so with as much room left none was left out. */
    private static final int LARGEST_BYTES = 65536;

    private final Directory directory;
    private final long tree;
    private final ByteBuffer buffer;
    private long after;

    TreeSearch(Directory directory, long tree, ByteBuffer buffer) {
        this.directory = directory;
        this.tree = tree;
        this.buffer = buffer;
    }

    /** Only of blocks that were written in a later transaction. */
    TreeSearch after(long transaction) {
        after = transaction;
        return this;
    }

    /** Told of an item, whose value begins at a place in the buffer. */
    interface Item {
        void found(long object, int type, long offset, int at, int length);
    }

    /** Finds all items of objects and types within two numbers each, both included. */
    void find(long firstObject, long lastObject, int firstType, int lastType, Item item) {
        long object = firstObject;
        int type = firstType;
        long offset = 0;
        int at;
        do {
            int count = search(object, type, offset, lastObject, lastType);
            at = ITEMS_AT;
            for (int i = 0; i < count; i++) {
                object = buffer.getLong(at + 8);
                offset = buffer.getLong(at + 16);
                type = buffer.getInt(at + 24);
                int length = buffer.getInt(at + 28);
                // A range of keys has every type of the objects between.
                if (type >= firstType && type <= lastType) {
                    item.found(object, type, offset, at + HEADER_BYTES, length);
                }
                at += HEADER_BYTES + length;
            }
            if (++offset == 0 && ++type == 256) {
                type = 0;
                object++;
            }
        } while (buffer.capacity() - at < HEADER_BYTES + LARGEST_BYTES);
    }

    private int search(long object, int type, long offset, long lastObject, int lastType) {
        buffer.putLong(0, tree).putLong(8, object).putLong(16, lastObject).putLong(24, offset);
        buffer.putLong(32, -1).putLong(40, after == 0 ? 0 : after + 1).putLong(48, -1);
        buffer.putInt(56, type).putInt(60, lastType).putInt(COUNT_AT, -1).putInt(68, 0);
        buffer.putLong(72, 0).putLong(80, 0).putLong(88, 0).putLong(96, 0);
        buffer.putLong(KEY_BYTES, buffer.capacity() - ITEMS_AT);
        if (Libc.IOCTL.call(directory.number(), REQUEST, Scratch.address(buffer)) < 0) {
            throw Errno.system("ioctl BTRFS_IOC_TREE_SEARCH_V2 of tree " + tree, directory.toString(), Libc.errno());
        }
        return buffer.getInt(COUNT_AT);
    }
}
