package io.felucca.containers.exec;

import io.felucca.containers.Containers.Exec;
import io.felucca.containers.Containers.ExecSpec;
import io.felucca.containers.Containers.Exit;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.containers.streams.StreamHub;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One exec: its container's end is its end. While it runs it is on record too, for an engine after this one. */
public final class ExecProcess {

    enum Phase {
        CREATED,
        STARTING,
        RUNNING,
        ENDED
    }

    final String id;
    final ManagedContainer container;
    final ExecSpec spec;
    final StreamHub streams;
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private Phase phase = Phase.CREATED;
    private Integer exitCode;
    private int pid;

    ExecProcess(String id, ManagedContainer container, ExecSpec spec, StreamHub streams) {
        this.id = id;
        this.container = container;
        this.spec = spec;
        this.streams = streams;
    }

    synchronized Phase phase() {
        return phase;
    }

    /** @return what it was, when it was not new; only one caller may start it */
    synchronized Phase claim() {
        Phase was = phase;
        if (was == Phase.CREATED) {
            phase = Phase.STARTING;
        }
        return was;
    }

    void running(int processId) {
        synchronized (this) {
            pid = processId;
            if (phase == Phase.STARTING) {
                phase = Phase.RUNNING;
            }
        }
        begun.countDown();
    }

    /** @return false when it has neither begun nor failed to by then */
    boolean awaitBegin(long millis) throws InterruptedException {
        return begun.await(millis, TimeUnit.MILLISECONDS);
    }

    void ended(int code) {
        synchronized (this) {
            phase = Phase.ENDED;
            exitCode = code;
        }
        begun.countDown();
        exit.complete(new Exit(code, ""));
    }

    /** Of the caller's own: cancelling it changes nothing here. */
    public CompletableFuture<Exit> exit() {
        return exit.copy();
    }

    synchronized Exec view() {
        boolean running = phase == Phase.RUNNING;
        return new Exec(id, container.id, spec, running, exitCode, running ? pid : 0);
    }
}
