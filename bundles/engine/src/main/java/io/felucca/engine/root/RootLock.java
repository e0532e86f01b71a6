package io.felucca.engine.root;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Open;
import io.felucca.linux.files.OpenFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lock of a data root or an exec root: the kernel releases it when the process ends, however it ends. */
final class RootLock {

    private static final Logger LOG = LoggerFactory.getLogger(RootLock.class);
    private static final int MODE = 0644;
    private static final int PID_BYTES = 20;

    private final OpenFile file;

    private RootLock(OpenFile file) {
        this.file = file;
    }

    /**
     * @param what {@code data root} or {@code exec root}, for messages
     * @throws FeluccaException CONFLICT when an engine, in this process or another, holds it
     */
    static RootLock take(String what, Path root, Directories directories) {
        Path path = root.resolve("engine.lock");
        OpenFile file = open(what, path, directories);
        boolean held = false;
        try {
            held = file.tryLock();
            if (!held) {
                throw FeluccaException.conflict(what + " " + root + " is in use by another engine (process " + pid(file)
                        + "): stop that one, or give this one " + article(what) + " of its own");
            }
            writePid(file, path);
            return new RootLock(file);
        } finally {
            if (!held) {
                file.close();
            }
        }
    }

    private static OpenFile open(String what, Path path, Directories directories) {
        try {
            return directories.openFile(path, Open.READ_WRITE | Open.CREATE, MODE);
        } catch (FeluccaException e) {
            throw FeluccaException.system("cannot lock the " + what + " by " + path + ": " + e.getMessage(), e);
        }
    }

    private static String article(String what) {
        return (what.startsWith("e") ? "an " : "a ") + what;
    }

    /** The number serves messages alone: a full disk does not keep the engine from starting. */
    private static void writePid(OpenFile file, Path path) {
        byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
        try {
            // In this order nothing is given up that a full disk could refuse to give again.
            file.writeAt(ByteBuffer.wrap(pid), 0);
            file.truncate(pid.length);
        } catch (FeluccaException e) {
            LOG.warn("cannot note this process's number in {}: {}", path, e.getMessage());
        }
    }

    private static String pid(OpenFile file) {
        ByteBuffer bytes = ByteBuffer.allocate(PID_BYTES);
        file.readAt(bytes, 0);
        String pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).trim();
        return pid.isEmpty() ? "unknown" : pid;
    }

    /** Releases the lock. */
    void close() {
        file.close();
    }
}
