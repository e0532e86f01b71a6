package io.felucca.builder.work;

import io.felucca.IdMap;
import io.felucca.builder.Builder.SshAgent;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.folders.RecordFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of secrets, and the sockets of SSH agents, that steps see now. They are in the exec root, which is in memory as a rule and which a reboot
 * empties; what a crash left goes when the next engine begins. Thread-safe.
 */
public final class SecretFiles {

    private final Path folder;
    private final Directories directories;

    public SecretFiles(Path execRoot, Directories directories) {
        this.folder = execRoot.resolve("secrets");
        this.directories = directories;
        try (Directory parent = directories.open(execRoot)) {
            parent.removeTree("secrets".getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** A file or a socket that goes when it is closed. @param served is closed, too */
    public record Made(SecretFiles of, String name, Optional<AgentSocket> served) implements AutoCloseable {

        public Path path() {
            return of.folder.resolve(name);
        }

        /** Gives it to a user of the container. */
        public void own(IdMap map, int uid, int gid) {
            try (Directory files = of.directories.open(of.folder)) {
                files.setOwner(
                        name.getBytes(StandardCharsets.US_ASCII), (int) map.outsideUid(uid), (int) map.outsideGid(gid));
            }
        }

        @Override
        public void close() {
            served.ifPresent(AgentSocket::close);
            try (Directory files = of.directories.open(of.folder)) {
                files.unlink(name.getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    public Made make(byte[] secret, int mode) {
        RecordFile.makeFolder(folder);
        String name = Services.newId();
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        try (Directory files = directories.open(folder);
                OpenFile file = files.createFile(bytes, 0600)) {
            ByteBuffer buffer = ByteBuffer.wrap(secret);
            while (buffer.hasRemaining()) {
                file.writeAt(buffer, buffer.position());
            }
            file.setMode(mode);
        }
        return new Made(this, name, Optional.empty());
    }

    /** A socket by which the caller's agent is reached. */
    public Made socket(SshAgent agent, int mode) {
        RecordFile.makeFolder(folder);
        // The path of a socket has 107 bytes at most.
        String name = Services.newId().substring(0, 16);
        Made made = new Made(this, name, Optional.of(AgentSocket.listen(folder.resolve(name), agent)));
        try (Directory files = directories.open(folder)) {
            files.setMode(name.getBytes(StandardCharsets.US_ASCII), mode);
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
        return made;
    }
}
