package io.felucca.images.layers;

import io.felucca.FeluccaException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Paths that were seen, as 64-bit hashes: 16 to 32 bytes a path, so that a million fit in a small heap, and more are refused. Two that
 * collide (one chance in 10^7 for a million paths) make a whiteout miss its victim; the seed is random, so that no
 * archive can arrange it.
 */
final class PathSet {

    private static final int LIMIT = 1 << 20;

    private final long seed = ThreadLocalRandom.current().nextLong() | 1;
    private long[] slots = new long[1024];
    private int size;

    void add(EntryPath path) {
        if (size == LIMIT) {
            throw FeluccaException.invalid("the archive has more than " + LIMIT + " entries");
        }
        if (2 * size >= slots.length) {
            long[] old = slots;
            slots = new long[2 * old.length];
            for (long hash : old) {
                if (hash != 0) {
                    slots[slot(hash)] = hash;
                }
            }
        }
        long hash = hash(path.path());
        int slot = slot(hash);
        if (slots[slot] == 0) {
            slots[slot] = hash;
            size++;
        }
    }

    boolean contains(EntryPath path) {
        return slots[slot(hash(path.path()))] != 0;
    }

    private int slot(long hash) {
        int slot = (int) (hash >>> 33) & slots.length - 1;
        while (slots[slot] != 0 && slots[slot] != hash) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }

    private long hash(String path) {
        long hash = seed;
        for (int i = 0; i < path.length(); i++) {
            hash = (hash ^ path.charAt(i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return hash == 0 ? 1 : hash;
    }
}
