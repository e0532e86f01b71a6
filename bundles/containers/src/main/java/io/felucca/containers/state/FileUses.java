package io.felucca.containers.state;

import io.felucca.FeluccaException;
import java.time.Duration;
import java.util.Optional;

/**
 * Counts the readers and writers of a container's files beside its processes. A move to another storage driver excludes
 * them all; a removal waits for them, and when a client keeps one too long it goes on and spoils that use. Thread-safe.
 */
public final class FileUses {

    private final String containerId;
    private int works;
    private int transfers;
    private boolean alone;
    private boolean gone;

    FileUses(String containerId) {
        this.containerId = containerId;
    }

    /** Begins work that depends on the engine alone, such as a commit. @throws FeluccaException CONFLICT when removed */
    public synchronized FileUse work() {
        awaitAccess();
        works++;
        return new FileUse(this, Kind.WORK);
    }

    /** Begins a transfer, which lasts as long as a client likes. @throws FeluccaException CONFLICT when removed */
    public synchronized FileUse transfer() {
        awaitAccess();
        transfers++;
        return new FileUse(this, Kind.TRANSFER);
    }

    /** Keeps all others from the files; empty while somebody uses them. */
    public synchronized Optional<FileUse> tryAlone() {
        if (works + transfers > 0 || alone || gone) {
            return Optional.empty();
        }
        alone = true;
        return Optional.of(new FileUse(this, Kind.ALONE));
    }

    /** Ends all access for a removal if nobody uses the files now. */
    public synchronized boolean tryGiveUp() {
        if (works + transfers > 0 || alone) {
            return false;
        }
        gone = true;
        return true;
    }

    /**
     * Waits until nobody uses the files, then ends all access. Transfers get the time of grace; those that are left then
     * are spoilt ({@link FileUse#requireWhole}).
     */
    public synchronized void giveUp(Duration grace) {
        long end = System.nanoTime() + grace.toNanos();
        long left = grace.toNanos();
        while (works > 0 || alone || transfers > 0 && left > 0) {
            await(works > 0 || alone ? 0 : left / 1_000_000 + 1);
            left = end - System.nanoTime();
        }
        gone = true;
    }

    private void awaitAccess() {
        while (alone) {
            await(0);
        }
        if (gone) {
            throw removed();
        }
    }

    private void await(long millis) {
        boolean interrupted = false;
        try {
            wait(millis);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
            throw FeluccaException.unavailable("the wait for the files of container " + containerId + " was cut short");
        }
    }

    private FeluccaException removed() {
        return FeluccaException.conflict("container " + containerId + " is being removed: its files are gone");
    }

    private synchronized void requireWhole() {
        if (gone) {
            throw removed();
        }
    }

    private synchronized void end(Kind kind) {
        switch (kind) {
            case WORK -> works--;
            case TRANSFER -> transfers--;
            case ALONE -> alone = false;
        }
        notifyAll();
    }

    private enum Kind {
        WORK,
        TRANSFER,
        ALONE
    }

    /** One use of the files, closed once, by whatever thread. */
    public static final class FileUse implements AutoCloseable {

        private final FileUses uses;
        private Kind kind;

        private FileUse(FileUses uses, Kind kind) {
            this.uses = uses;
            this.kind = kind;
        }

        /** @throws FeluccaException CONFLICT when the files were removed during the use */
        public void requireWhole() {
            uses.requireWhole();
        }

        @Override
        public synchronized void close() {
            if (kind != null) {
                uses.end(kind);
                kind = null;
            }
        }
    }
}
