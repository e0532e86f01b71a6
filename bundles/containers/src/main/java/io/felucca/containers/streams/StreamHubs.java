package io.felucca.containers.streams;

import io.felucca.linux.Poller;
import io.felucca.linux.Sockets;
import java.util.concurrent.Executor;

/** Makes the hubs of containers and execs, which share one poller and one executor. */
public final class StreamHubs {

    private final Sockets sockets;
    private final Poller poller;
    private final Executor executor;

    public StreamHubs(Sockets sockets, Poller poller, Executor executor) {
        this.sockets = sockets;
        this.poller = poller;
        this.executor = executor;
    }

    /** A hub for a process whose input does or does not end with its client. */
    public StreamHub open(String id, boolean inputEnds) {
        return new StreamHub(sockets, poller, executor, inputEnds, id);
    }
}
