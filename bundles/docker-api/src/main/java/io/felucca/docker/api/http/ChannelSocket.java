package io.felucca.docker.api.http;

import io.felucca.docker.api.listen.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/**
 * A connection in the shape that httpcore wants. Reading and writing block and may go on at once on two
 * threads (the streams of {@link java.nio.channels.Channels} share one lock, so they are not used). Deadlines are kept
 * by whoever closes the wire; a timeout of the socket, however long, only looks whether something is there. Reads
 * count against a budget of bytes, so that a header cannot grow without end.
 */
final class ChannelSocket extends Socket {

    /** The JDK keeps a direct buffer of the largest size for each thread, while that is not larger (bin/felucca). */
    private static final int MAX_TRANSFER_BYTES = 128 * 1024;

    private final Transport transport;
    private long budgetBytes = Long.MAX_VALUE;
    private int timeoutMillis;

    ChannelSocket(Transport transport) throws SocketException {
        super((SocketImpl) null);
        this.transport = transport;
    }

    /** From now on at most so many bytes are read before {@link HeaderTooLargeException}. */
    void setBudgetBytes(long bytes) {
        budgetBytes = bytes;
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                if (budgetBytes <= 0) {
                    throw new HeaderTooLargeException();
                }
                ByteBuffer into = ByteBuffer.wrap(bytes, offset, Math.min(length, MAX_TRANSFER_BYTES));
                int count = timeoutMillis == 0 ? transport.read(into) : readWhatIsThere(into);
                budgetBytes -= Math.max(count, 0);
                return count;
            }
        };
    }

    /** Only while nobody else uses the wire. */
    private int readWhatIsThere(ByteBuffer into) throws IOException {
        int count = transport.readNow(into);
        if (count == 0) {
            throw new SocketTimeoutException("nothing is there");
        }
        return count;
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                int end = offset + length;
                for (int at = offset; at < end; ) {
                    int count = Math.min(end - at, MAX_TRANSFER_BYTES);
                    transport.write(ByteBuffer.wrap(bytes, at, count));
                    at += count;
                }
            }
        };
    }

    @Override
    public void shutdownOutput() throws IOException {
        transport.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }

    @Override
    public boolean isClosed() {
        return !transport.isOpen();
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return null;
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return null;
    }

    @Override
    public void setSoTimeout(int millis) {
        timeoutMillis = millis;
    }

    @Override
    public int getSoTimeout() {
        return timeoutMillis;
    }

    @Override
    public void setSoLinger(boolean on, int seconds) {}
}
