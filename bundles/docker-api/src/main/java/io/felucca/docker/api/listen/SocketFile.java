package io.felucca.docker.api.listen;

import io.felucca.FeluccaException;
import io.felucca.engine.UpgradeHandler.Peer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.function.Function;
import org.apache.hc.core5.http.HttpRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening Unix socket and its file: root and the group alone may connect (0660). The file is made in a
 * private folder beside and renamed into its place, so that nobody sees it with other rights, and a stale one is
 * replaced; one on which an engine answers is not. Closing removes the file, if it is still this one.
 */
public final class SocketFile implements Listener {

    private static final Logger LOG = LoggerFactory.getLogger(SocketFile.class);
    private static final int BACKLOG = 512;

    private final Path path;
    private final ServerSocketChannel channel;
    private final Object fileKey;
    private final Function<SocketChannel, Peer> peers;

    private SocketFile(Path path, ServerSocketChannel channel, Object fileKey, Function<SocketChannel, Peer> peers) {
        this.path = path;
        this.channel = channel;
        this.fileKey = fileKey;
        this.peers = peers;
    }

    /**
     * @param peers who is at the other end of a connection
     * @throws FeluccaException CONFLICT when an engine listens there already or something else is there, SYSTEM when it
     *     cannot be made
     */
    public static SocketFile listen(Path path, String group, Function<SocketChannel, Peer> peers) {
        try {
            Files.createDirectories(path.getParent());
            refuseLive(path);
            Path folder = Files.createTempDirectory(
                    path.getParent(),
                    ".f",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path made = folder.resolve("s");
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.bind(UnixDomainSocketAddress.of(made), BACKLOG);
                own(made, group, path);
                Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-rw----"));
                Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                channel.close();
                Files.deleteIfExists(made);
                throw e;
            } finally {
                Files.deleteIfExists(folder);
            }
            return new SocketFile(path, channel, fileKey(path), peers);
        } catch (IOException e) {
            throw FeluccaException.system("cannot listen on unix://" + path + ": " + e.getMessage(), e);
        }
    }

    private static void refuseLive(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        // The JDK has no name for a socket: it is what is neither file, folder nor link.
        var attributes = Files.readAttributes(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        int mode = (Integer) attributes.get("mode");
        if ((mode & 0170000) != 0140000) {
            throw FeluccaException.conflict("cannot listen on unix://" + path
                    + ": a file that is no socket is there; remove it or choose another --host");
        }
        if (isLive(path)) {
            throw FeluccaException.conflict("cannot listen on unix://" + path
                    + ": an engine is listening there already; stop it or choose another --host");
        }
    }

    /** Connecting does not block: a full queue means that somebody listens. */
    private static boolean isLive(Path path) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (IOException e) {
            LOG.debug("nobody answers on {}: {}", path, e.getMessage());
            return false;
        }
    }

    private static void own(Path made, String group, Path path) throws IOException {
        if (group.isEmpty()) {
            return;
        }
        if (group.chars().allMatch(Character::isDigit)) {
            Files.setAttribute(made, "unix:gid", Integer.parseInt(group));
            return;
        }
        try {
            Files.getFileAttributeView(made, PosixFileAttributeView.class)
                    .setGroup(
                            made.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group));
        } catch (UserPrincipalNotFoundException e) {
            LOG.warn(
                    "group {} not found: only root may use {}; make the group (groupadd {}) and start the engine again",
                    group,
                    path,
                    group);
        }
    }

    private static Object fileKey(Path path) throws IOException {
        return Files.readAttributes(path, "unix:ino,dev", LinkOption.NOFOLLOW_LINKS);
    }

    public Path path() {
        return path;
    }

    @Override
    public SocketChannel accept() throws IOException {
        return channel.accept();
    }

    @Override
    public Peer peer(SocketChannel accepted) {
        return peers.apply(accepted);
    }

    @Override
    public Transport wire(SocketChannel accepted) {
        return new Transport.Plain(accepted);
    }

    /** The rights of the file decide who comes here; no browser does. */
    @Override
    public boolean admits(HttpRequest request) {
        return true;
    }

    @Override
    public String toString() {
        return "unix://" + path;
    }

    @Override
    public void close() {
        try {
            channel.close();
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && fileKey(path).equals(fileKey)) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.warn("cannot remove the socket {}: {}", path, e.getMessage());
        }
    }
}
