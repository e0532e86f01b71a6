package io.felucca.docker.api.listen;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** TLS over a socket, the client's certificate demanded. Either side may end its half (RFC 8446, 6.1). */
final class TlsTransport implements Transport {

    /** How long a client that is refused may go on writing. */
    private static final long REFUSED_NANOS = 1_000_000_000L;

    private final SocketChannel channel;
    private final SSLSocket socket;
    private final InputStream in;
    private final OutputStream out;

    TlsTransport(SocketChannel channel, SSLContext context) throws IOException {
        this.channel = channel;
        socket = (SSLSocket) context.getSocketFactory().createSocket(channel.socket(), null, false);
        socket.setUseClientMode(false);
        socket.setNeedClientAuth(true);
        socket.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    @Override
    public void open() throws IOException {
        try {
            socket.startHandshake();
        } catch (SSLException e) {
            readWhatStillComes();
            throw e;
        }
    }

    /**
     * A client of TLS 1.3 is done before its certificate is refused, and may be writing its request: closed with that
     * unread, the connection is reset, and the alert that says why is lost.
     */
    private void readWhatStillComes() throws IOException {
        long end = System.nanoTime() + REFUSED_NANOS;
        byte[] unwanted = new byte[4096];
        Socket plain = channel.socket();
        try {
            channel.shutdownOutput();
            for (long left = REFUSED_NANOS; left > 0; left = end - System.nanoTime()) {
                plain.setSoTimeout((int) (left / 1_000_000) + 1);
                if (plain.getInputStream().read(unwanted) < 0) {
                    return;
                }
            }
        } catch (SocketException | SocketTimeoutException e) {
            // Gone, or too slow: it is closed now.
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int count = in.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
        if (count > 0) {
            into.position(into.position() + count);
        }
        return count;
    }

    @Override
    public int readNow(ByteBuffer into) throws IOException {
        socket.setSoTimeout(1);
        try {
            return read(into);
        } catch (SocketTimeoutException e) {
            return 0;
        } finally {
            if (channel.isOpen()) {
                socket.setSoTimeout(0);
            }
        }
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        out.write(from.array(), from.arrayOffset() + from.position(), from.remaining());
        from.position(from.limit());
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
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
