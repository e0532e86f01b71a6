package io.felucca.linux;

import io.felucca.linux.files.Fd;
import io.felucca.linux.files.OpenFile;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** Descriptors that the JDK does not give: SEQPACKET sockets, pipes, memfd, eventfd, epoll, inotify. Thread-safe. */
@ProviderType
public interface Sockets {

    /** Connects to a Unix socket of packets; the path may be longer than 108 bytes. */
    Fd connectSeqPacket(Path socket);

    /** Connects to a Unix stream socket. */
    Fd connectStream(Path socket);

    /** Opens a fifo or device without blocking; {@code write} opens it for both, so that no reader is needed. */
    Fd openFifo(Path fifo, boolean write);

    Pipe pipe();

    /** Half-closes for writing. */
    void shutdownOutput(Fd socket);

    /** An anonymous file in memory. */
    OpenFile memFd(String name);

    /** A copy of a file in memory that nobody can change any more (memfd_create(2), sealed). It can be run by its path in /proc. */
    OpenFile sealedCopy(Path file);

    /** Whether there is such a fifo, and a process that has it open for reading. */
    boolean hasReader(Path fifo);

    /** Who is at the other end of a connected Unix socket. */
    PeerCredentials peer(SocketChannel unixSocket);

    Poller openPoller();

    /** Tells of changes in folders; the caller closes it. */
    Inotify openInotify();

    record Pipe(Fd source, Fd sink) {}

    record PeerCredentials(int uid, int gid) {}
}
