package io.felucca.docker.api.listen;

import io.felucca.engine.UpgradeHandler.Peer;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.apache.hc.core5.http.HttpRequest;

/** Where connections come from. Its text is the address. */
public interface Listener extends AutoCloseable {

    /** Waits for a connection. @throws java.nio.channels.ClosedChannelException when the listener is closed */
    SocketChannel accept() throws IOException;

    /** @throws io.felucca.FeluccaException when who asks cannot be known */
    Peer peer(SocketChannel accepted);

    Transport wire(SocketChannel accepted) throws IOException;

    /** Whether a request may be served that came here. */
    boolean admits(HttpRequest request);

    @Override
    void close();
}
