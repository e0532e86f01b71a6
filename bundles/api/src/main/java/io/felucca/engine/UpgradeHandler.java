package io.felucca.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Takes over a connection on the engine's HTTP socket after {@code POST /felucca/NAME} with {@code Upgrade: felucca-NAME}
 * was answered by 101. A service with the property {@value #NAME}. The shell's command server is one.
 */
@ConsumerType
public interface UpgradeHandler {

    /** The service property that names the protocol, such as {@code command}. */
    String NAME = "felucca.upgrade";

    /**
     * Serves one connection on the calling thread and returns when it is done; the caller closes both streams. Reads
     * return -1 when the peer has half-closed.
     */
    void serve(InputStream in, OutputStream out, Peer peer) throws IOException;

    /**
     * Who is at the other end (SO_PEERCRED).
     *
     * @param uid user id
     * @param gid group id
     */
    record Peer(int uid, int gid) {}
}
