package io.felucca.docker.api.listen;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection's bytes, as they are or through TLS. Reading and writing block, and may go on at once on two threads. */
public interface Transport extends Closeable {

    /** Makes it fit for bytes; may wait for the client. */
    void open() throws IOException;

    /** @return -1 at the end */
    int read(ByteBuffer into) throws IOException;

    /** Does not wait: 0 while nothing is there. Only while nobody else reads. */
    int readNow(ByteBuffer into) throws IOException;

    void write(ByteBuffer from) throws IOException;

    /** Tells the other side that no more comes; it may send on. */
    void shutdownOutput() throws IOException;

    boolean isOpen();

    /** At once, whatever is under way. */
    @Override
    void close() throws IOException;

    /** A socket without anything around it. */
    record Plain(SocketChannel channel) implements Transport {

        @Override
        public void open() {}

        @Override
        public int read(ByteBuffer into) throws IOException {
            return channel.read(into);
        }

        @Override
        public int readNow(ByteBuffer into) throws IOException {
            channel.configureBlocking(false);
            try {
                return channel.read(into);
            } finally {
                if (channel.isOpen()) {
                    channel.configureBlocking(true);
                }
            }
        }

        @Override
        public void write(ByteBuffer from) throws IOException {
            while (from.hasRemaining()) {
                channel.write(from);
            }
        }

        @Override
        public void shutdownOutput() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
