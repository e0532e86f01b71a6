package io.felucca.linux.kernel;

import io.felucca.linux.dm.DmDevice;
import io.felucca.linux.dm.DmTarget;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The structs of linux/dm-ioctl.h, interface version 4: what is asked and what comes back, in one buffer. */
final class DmMessage {

    static final int HEADER_BYTES = 312;

    static final int READ_ONLY = 1;
    static final int SUSPEND = 1 << 1;
    static final int STATUS_TABLE = 1 << 4;
    static final int ACTIVE_PRESENT = 1 << 5;
    static final int BUFFER_FULL = 1 << 8;
    static final int DATA_OUT = 1 << 16;
    static final int DEFERRED_REMOVE = 1 << 17;

    private static final int DATA_SIZE = 12;
    private static final int DATA_START = 16;
    private static final int TARGET_COUNT = 20;
    private static final int OPEN_COUNT = 24;
    private static final int FLAGS = 28;
    private static final int DEVICE = 40;
    private static final int NAME = 48;
    private static final int NAME_BYTES = 128;
    private static final int UUID = 176;
    private static final int UUID_BYTES = 129;
    private static final int SPEC_BYTES = 40;
    private static final int SPEC_NEXT = 20;
    private static final int SPEC_TYPE = 24;
    private static final int SPEC_TYPE_BYTES = 16;

    private final ByteBuffer buffer;

    DmMessage(int sizeBytes) {
        this(ByteBuffer.allocateDirect(sizeBytes).order(ByteOrder.nativeOrder()));
    }

    DmMessage(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    ByteBuffer buffer() {
        return buffer;
    }

    DmMessage begin(String name, int flags) {
        for (int i = 0; i < HEADER_BYTES; i++) {
            buffer.put(i, (byte) 0);
        }
        buffer.putInt(0, 4);
        buffer.putInt(DATA_SIZE, buffer.capacity());
        buffer.putInt(DATA_START, HEADER_BYTES);
        buffer.putInt(FLAGS, flags);
        putText(NAME, name, NAME_BYTES);
        return this;
    }

    DmMessage uuid(String uuid) {
        putText(UUID, uuid, UUID_BYTES);
        return this;
    }

    /** The lines of a table. {@code next} counts from the line's own start. */
    DmMessage targets(List<DmTarget> targets) {
        buffer.putInt(TARGET_COUNT, targets.size());
        int at = HEADER_BYTES;
        for (DmTarget target : targets) {
            byte[] parameters = target.parameters().getBytes(StandardCharsets.UTF_8);
            int next = SPEC_BYTES + parameters.length + 1 + 7 & ~7;
            buffer.putLong(at, target.startSector());
            buffer.putLong(at + 8, target.sectors());
            buffer.putInt(at + 16, 0);
            buffer.putInt(at + SPEC_NEXT, next);
            putText(at + SPEC_TYPE, target.type(), SPEC_TYPE_BYTES);
            buffer.put(at + SPEC_BYTES, parameters);
            buffer.put(at + SPEC_BYTES + parameters.length, (byte) 0);
            at += next;
        }
        return this;
    }

    /** A message for the target at the device's first sector. */
    DmMessage text(String message) {
        buffer.putLong(HEADER_BYTES, 0);
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        buffer.put(HEADER_BYTES + 8, bytes);
        buffer.put(HEADER_BYTES + 8 + bytes.length, (byte) 0);
        return this;
    }

    /** Three numbers, which the kernel replaces by its own. */
    String version() {
        return buffer.getInt(0) + "." + buffer.getInt(4) + "." + buffer.getInt(8);
    }

    int flags() {
        return buffer.getInt(FLAGS);
    }

    DmDevice device() {
        long number = buffer.getLong(DEVICE);
        int flags = flags();
        return new DmDevice(
                text(NAME, NAME_BYTES),
                text(UUID, UUID_BYTES),
                (int) (number >>> 8 & 0xfff),
                (int) (number & 0xff | number >>> 12 & 0xfff00),
                buffer.getInt(OPEN_COUNT),
                (flags & READ_ONLY) != 0,
                (flags & SUSPEND) != 0,
                (flags & ACTIVE_PRESENT) != 0,
                (flags & DEFERRED_REMOVE) != 0);
    }

    /** Here {@code next} counts from the first line's start. */
    List<DmTarget> targets() {
        List<DmTarget> targets = new ArrayList<>();
        int start = buffer.getInt(DATA_START);
        int at = start;
        for (int count = buffer.getInt(TARGET_COUNT); count > 0; count--) {
            targets.add(new DmTarget(
                    buffer.getLong(at),
                    buffer.getLong(at + 8),
                    text(at + SPEC_TYPE, SPEC_TYPE_BYTES),
                    text(at + SPEC_BYTES, buffer.getInt(DATA_SIZE) - at - SPEC_BYTES)));
            at = start + buffer.getInt(at + SPEC_NEXT);
        }
        return targets;
    }

    /** Names of an entry's list; where the next entry begins is said in each, 0 in the last. */
    List<String> names(int nextOffset, int nameOffset) {
        List<String> names = new ArrayList<>();
        int at = buffer.getInt(DATA_START);
        int end = buffer.getInt(DATA_SIZE);
        while (at + nameOffset < end) {
            String name = text(at + nameOffset, end - at - nameOffset);
            if (!name.isEmpty()) {
                names.add(name);
            }
            int next = buffer.getInt(at + nextOffset);
            if (next == 0) {
                break;
            }
            at += next;
        }
        return names;
    }

    /** What a target answered to a message. */
    String answer() {
        return (flags() & DATA_OUT) == 0
                ? ""
                : text(buffer.getInt(DATA_START), buffer.getInt(DATA_SIZE) - buffer.getInt(DATA_START));
    }

    private void putText(int offset, String text, int sizeBytes) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= sizeBytes) {
            throw io.felucca.FeluccaException.invalid("too long for the device mapper: " + text);
        }
        for (int i = 0; i < sizeBytes; i++) {
            buffer.put(offset + i, i < bytes.length ? bytes[i] : 0);
        }
    }

    private String text(int offset, int limitBytes) {
        int length = 0;
        while (length < limitBytes && offset + length < buffer.capacity() && buffer.get(offset + length) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
