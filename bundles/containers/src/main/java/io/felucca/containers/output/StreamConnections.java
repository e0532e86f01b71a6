package io.felucca.containers.output;

import io.felucca.FeluccaException;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.containers.streams.StreamHub;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects the streams of containers to their monitors. */
public final class StreamConnections {

    private static final Logger LOG = LoggerFactory.getLogger(StreamConnections.class);

    private final ContainerFiles files;

    public StreamConnections(ContainerFiles files) {
        this.files = files;
    }

    /** Connects the clients that wait for a running container's streams, if there are any. */
    public void connect(ManagedContainer container) {
        StreamHub streams = container.wantedStreams();
        if (streams == null) {
            return;
        }
        try {
            streams.connect(files.monitor(container.id).resolve("attach"));
        } catch (FeluccaException e) {
            // The monitor has ended meanwhile: there is no output to come.
            LOG.debug("attaching to {}: {}", container.id, e.getMessage());
            streams.end();
        }
    }

    /** Docker's StdinOnce: a terminal's input never ends with its client. */
    public static boolean inputEnds(ContainerRecord record) {
        return record.config().stdinOnce() && !record.config().tty();
    }
}
