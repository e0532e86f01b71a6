package io.felucca.linux.spill;

import io.felucca.linux.spill.InodeTable.Key;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A hash table in files without names, open-addressed: a slot has a key and where its value lies in the other file. */
final class DiskTable implements AutoCloseable {

    private static final int SLOT_BYTES = 3 * Long.BYTES;
    private static final long FIRST_SLOTS = 1 << 16;
    private static final int MOVED_SLOTS = 2048;

    private final Path folder;
    private final SpillFile values;
    private final ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
    private SpillFile table;
    private long slots = FIRST_SLOTS;
    private long used;

    DiskTable(Path folder) {
        this.folder = folder;
        values = SpillFile.open(folder);
        table = SpillFile.open(folder);
    }

    Optional<byte[]> find(Key key) {
        for (long at = first(key, slots); ; at = (at + 1) % slots) {
            long place = read(at);
            if (place == 0) {
                return Optional.empty();
            }
            if (slot.getLong(0) == key.device() && slot.getLong(Long.BYTES) == key.inode()) {
                return Optional.of(values.read(new SpillFile.Run(place - 1, values.sizeBytes()))
                        .next());
            }
        }
    }

    /** Only of keys that it does not have. */
    void putAll(Map<Key, byte[]> entries) {
        while ((used + entries.size()) * 2 > slots) {
            grow();
        }
        long place = values.write(entries.values().iterator()).begin();
        for (Map.Entry<Key, byte[]> entry : entries.entrySet()) {
            insert(entry.getKey().device(), entry.getKey().inode(), place + 1);
            place += Integer.BYTES + entry.getValue().length;
        }
        used += entries.size();
    }

    private void grow() {
        long before = slots;
        slots = before * 2;
        try (SpillFile old = table) {
            table = SpillFile.open(folder);
            ByteBuffer some = ByteBuffer.allocate(MOVED_SLOTS * SLOT_BYTES);
            for (long at = 0; at < before; at += MOVED_SLOTS) {
                old.readAt(some.clear(), at * SLOT_BYTES);
                for (int i = 0; i < MOVED_SLOTS; i++) {
                    int begin = i * SLOT_BYTES;
                    long place = some.getLong(begin + 2 * Long.BYTES);
                    if (place != 0) {
                        insert(some.getLong(begin), some.getLong(begin + Long.BYTES), place);
                    }
                }
            }
        }
    }

    private void insert(long device, long inode, long place) {
        long at = first(new Key(device, inode), slots);
        while (read(at) != 0) {
            at = (at + 1) % slots;
        }
        slot.clear().putLong(device).putLong(inode).putLong(place).flip();
        table.writeAt(slot, at * SLOT_BYTES);
    }

    /** Fills the slot; 0 for one that is free. */
    private long read(long at) {
        table.readAt(slot.clear(), at * SLOT_BYTES);
        return slot.getLong(2 * Long.BYTES);
    }

    private static long first(Key key, long slots) {
        long mixed = (key.inode() * 31 + key.device()) * 0x9E3779B97F4A7C15L;
        return (mixed >>> 32) % slots;
    }

    @Override
    public void close() {
        values.close();
        table.close();
    }
}
