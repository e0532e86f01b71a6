package io.felucca.images.archive;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One stream read once for several readers, each on a thread of its own, so that decompressing, hashing, writing and
 * unpacking overlap. What waits for a slow reader is bounded. The first failure ends everybody's work and is thrown.
 */
public final class Fanout {

    private static final int CHUNK_BYTES = 128 << 10;
    private static final int WAITING_CHUNKS = 8;
    private static final long POLL_MILLIS = 200;

    /** Reads a stream; what it leaves is dropped. */
    @FunctionalInterface
    public interface Reader {
        void read(InputStream in) throws IOException;
    }

    private static final class Chunk {
        final byte[] bytes = new byte[CHUNK_BYTES];
        final AtomicInteger users = new AtomicInteger();
        int length;
    }

    private final BlockingQueue<Chunk> free = new ArrayBlockingQueue<>(2 * WAITING_CHUNKS);
    private final List<Pipe> pipes = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CountDownLatch running;

    private Fanout(int readers) {
        running = new CountDownLatch(readers);
    }

    /**
     * Returns when every reader has.
     *
     * @param in read on the calling thread, not closed; what goes wrong with it is INVALID
     * @throws FeluccaException that of a reader, with Docker's words before it when it is INVALID; SYSTEM for its
     *     IOExceptions
     */
    public static void run(InputStream in, List<Reader> readers) {
        Fanout fanout = new Fanout(readers.size());
        for (Reader reader : readers) {
            fanout.start(reader);
        }
        fanout.pump(in);
        fanout.awaitReaders();
        fanout.rethrow();
    }

    private void start(Reader reader) {
        Pipe pipe = new Pipe();
        pipes.add(pipe);
        Thread thread = new Thread(
                () -> {
                    try {
                        reader.read(pipe);
                    } catch (IOException | RuntimeException | Error e) {
                        failure.compareAndSet(null, e);
                    } finally {
                        pipe.left = true;
                        pipe.dropAll();
                        running.countDown();
                    }
                },
                "felucca-layer-" + pipes.size());
        thread.setDaemon(true);
        thread.start();
    }

    private void pump(InputStream in) {
        try {
            while (failure.get() == null) {
                Chunk chunk = free.poll();
                if (chunk == null) {
                    chunk = new Chunk();
                }
                chunk.length = in.readNBytes(chunk.bytes, 0, CHUNK_BYTES);
                if (chunk.length > 0) {
                    offer(chunk);
                }
                if (chunk.length < CHUNK_BYTES) {
                    break;
                }
            }
        } catch (IOException e) {
            failure.compareAndSet(null, Compression.invalid(e));
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        } catch (InterruptedException e) {
            interrupted(e);
        }
        pipes.forEach(pipe -> pipe.ended = true);
    }

    private void offer(Chunk chunk) throws InterruptedException {
        chunk.users.set(pipes.size());
        for (Pipe pipe : pipes) {
            boolean given = false;
            while (!given && !pipe.left && failure.get() == null) {
                given = pipe.chunks.offer(chunk, POLL_MILLIS, TimeUnit.MILLISECONDS);
            }
            if (!given) {
                drop(chunk);
            } else if (pipe.left) {
                pipe.dropAll();
            }
        }
    }

    private void drop(Chunk chunk) {
        if (chunk.users.decrementAndGet() == 0) {
            free.offer(chunk);
        }
    }

    private void awaitReaders() {
        while (true) {
            try {
                running.await();
                return;
            } catch (InterruptedException e) {
                interrupted(e);
            }
        }
    }

    private void interrupted(InterruptedException e) {
        failure.compareAndSet(
                null,
                new FeluccaException(FeluccaException.Kind.UNAVAILABLE, "interrupted while reading an archive", e));
    }

    private void rethrow() {
        Throwable thrown = failure.get();
        if (thrown instanceof FeluccaException e && e.getCause() instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        if (thrown instanceof FeluccaException e) {
            throw Compression.inDockersWords(e);
        }
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        if (thrown != null) {
            throw FeluccaException.system("cannot store what the archive holds: " + thrown.getMessage(), thrown);
        }
    }

    /** What one reader sees. */
    private final class Pipe extends InputStream {

        private final BlockingQueue<Chunk> chunks = new ArrayBlockingQueue<>(WAITING_CHUNKS);
        private volatile boolean ended;
        private volatile boolean left;
        private Chunk current;
        private int at;

        private boolean fill() throws IOException {
            if (current != null && at < current.length) {
                return true;
            }
            if (current != null) {
                drop(current);
                current = null;
            }
            try {
                while (current == null) {
                    if (failure.get() != null) {
                        throw new IOException("cancelled", failure.get());
                    }
                    boolean wasEnded = ended;
                    current = wasEnded ? chunks.poll() : chunks.poll(1, TimeUnit.MILLISECONDS);
                    if (current == null && wasEnded) {
                        return false;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            at = 0;
            return true;
        }

        void dropAll() {
            for (Chunk chunk = chunks.poll(); chunk != null; chunk = chunks.poll()) {
                drop(chunk);
            }
        }

        @Override
        public int read() throws IOException {
            return fill() ? current.bytes[at++] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, current.length - at);
            System.arraycopy(current.bytes, at, into, offset, count);
            at += count;
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long left = count;
            while (left > 0 && fill()) {
                int step = (int) Math.min(left, current.length - at);
                at += step;
                left -= step;
            }
            return count - left;
        }

        /** Hands each chunk to the target as it is, without a copy. */
        @Override
        public long transferTo(java.io.OutputStream target) throws IOException {
            long sum = 0;
            while (fill()) {
                target.write(current.bytes, at, current.length - at);
                sum += current.length - at;
                at = current.length;
            }
            return sum;
        }
    }
}
