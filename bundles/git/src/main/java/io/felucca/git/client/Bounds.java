package io.felucca.git.client;

import io.felucca.FeluccaException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What one fetch may take, its submodules included: bytes, files and time. One thread at a time. */
final class Bounds {

    /** JGit holds the objects that are differences of others whole, two at a time. */
    static final long OBJECT_BYTES = 48L << 20;
    /** JGit holds a line of an index for each. */
    static final int PACK_OBJECTS = 300_000;

    private static final long TALK_BYTES = 8L << 20;

    private final long packBytes;
    private final int files;
    private final long deadline;
    private final BooleanSupplier wanted;
    private final String what;
    private long talked;
    private long packed;
    private int written;
    private long writtenBytes;
    private boolean isPack;

    /** @param what the repository, for messages */
    Bounds(String what, long packBytes, int files, Duration time, BooleanSupplier wanted) {
        this.what = what;
        this.packBytes = packBytes;
        this.files = files;
        this.wanted = wanted;
        deadline = System.nanoTime() + time.toNanos();
    }

    static Bounds of(String what, BooleanSupplier wanted) {
        return new Bounds(what, 16L << 30, 1_000_000, Duration.ofHours(1), wanted);
    }

    /** What comes now is a pack, or no longer one. */
    void pack(boolean begins) {
        isPack = begins;
        talked = 0;
    }

    private void received(long bytes) {
        if (isPack) {
            packed += Math.max(0, bytes);
        } else {
            talked += Math.max(0, bytes);
        }
        if (packed > packBytes || talked > TALK_BYTES) {
            throw FeluccaException.invalid("cannot fetch " + what + ": it sends more than "
                    + (packed > packBytes ? packBytes + " bytes of files" : TALK_BYTES + " bytes of references"));
        }
        check();
    }

    /** Told of each file that is written. */
    void file(long bytes) {
        written++;
        writtenBytes += bytes;
        if (written > files || writtenBytes > packBytes) {
            throw FeluccaException.invalid("cannot fetch " + what + ": its commit has more than " + files
                    + " files and folders, or than " + packBytes + " bytes");
        }
        check();
    }

    /** @throws FeluccaException UNAVAILABLE when the time is over, or nobody wants it any more */
    void check() {
        if (!wanted.getAsBoolean()) {
            throw FeluccaException.unavailable("Build cancelled");
        }
        if (System.nanoTime() - deadline > 0) {
            throw FeluccaException.unavailable("cannot fetch " + what + ": it takes too long");
        }
    }

    /** The stream of a connection, counted. */
    InputStream counted(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                int read = super.read();
                received(1);
                return read;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int read = super.read(buffer, offset, length);
                received(read);
                return read;
            }
        };
    }
}
