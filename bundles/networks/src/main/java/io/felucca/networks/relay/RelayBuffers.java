package io.felucca.networks.relay;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Buffers of all relayed connections. A connection holds one only while bytes wait in it, so that one that is idle, or
 * whose peer reads as fast as it is sent to, costs none. For the relays' thread alone.
 */
final class RelayBuffers {

    private static final int LARGE_BYTES = 32 * 1024;
    /** Large ones that are in use at a time; further connections get small ones. */
    private static final int LARGE_MAX = 128;

    private static final int SMALL_BYTES = 4 * 1024;
    private static final int KEPT = 16;

    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private int largeInUse;

    ByteBuffer take() {
        if (largeInUse == LARGE_MAX) {
            return ByteBuffer.allocate(SMALL_BYTES);
        }
        ByteBuffer buffer = free.isEmpty() ? ByteBuffer.allocateDirect(LARGE_BYTES) : free.pop();
        largeInUse++;
        return buffer;
    }

    void give(ByteBuffer buffer) {
        if (buffer.isDirect()) {
            largeInUse--;
            if (free.size() < KEPT) {
                free.push(buffer.clear());
            }
        }
    }

    int largeInUse() {
        return largeInUse;
    }
}
