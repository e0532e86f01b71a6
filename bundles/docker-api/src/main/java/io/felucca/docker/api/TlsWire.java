package io.felucca.docker.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** TLS over a socket, the client's certificate demanded (T17). Either side may end its half (RFC 8446, 6.1). */
final class TlsWire implements Wire {

    private final SocketChannel channel;
    private final SSLSocket socket;
    private final InputStream in;
    private final OutputStream out;

    TlsWire(SocketChannel channel, SSLContext context) throws IOException {
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
        socket.startHandshake();
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
