package io.felucca.containers.output;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers.AttachQuery;
import io.felucca.containers.Containers.Attachment;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.Containers.Exit;
import io.felucca.containers.Containers.LogQuery;
import io.felucca.containers.Containers.LogSink;
import io.felucca.containers.Containers.OutputSink;
import io.felucca.containers.logs.FolderWatch;
import io.felucca.containers.logs.LogReader;
import io.felucca.containers.logs.LogSignal;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.containers.streams.StreamHub;
import io.felucca.containers.streams.StreamHubs;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** What containers write: read from their logs, or as it comes. */
public final class LogsAndAttach {

    private final ContainerFiles files;
    private final StreamHubs hubs;
    private final FolderWatch folderWatch;
    private final ContainerEvents events;
    private final StreamConnections streams;

    public LogsAndAttach(
            ContainerFiles files,
            StreamHubs hubs,
            FolderWatch folderWatch,
            ContainerEvents events,
            StreamConnections streams) {
        this.files = files;
        this.hubs = hubs;
        this.folderWatch = folderWatch;
        this.events = events;
        this.streams = streams;
    }

    public void logs(ManagedContainer container, LogQuery query, LogSink sink) {
        if (!query.stdout() && !query.stderr()) {
            throw FeluccaException.invalid("Bad parameters: you must choose at least one stream");
        }
        if (!container.record().log().readable()) {
            throw FeluccaException.invalid("configured logging driver does not support reading");
        }
        read(container, query, sink);
    }

    @SuppressWarnings("try") // what only has to be closed
    private void read(ManagedContainer container, LogQuery query, LogSink sink) {
        LogSignal signal = new LogSignal();
        // The last change in the folder may come before the end is known here.
        CompletableFuture<Exit> end = query.follow() ? container.await(Condition.NEXT_EXIT) : new CompletableFuture<>();
        end.whenComplete((exit, failure) -> signal.tell());
        Path log = files.log(container.id);
        try (FolderWatch.Subscription told =
                query.follow() ? folderWatch.on(log.getParent(), signal::tell) : () -> {}) {
            new LogReader(
                            container.spool(log),
                            query,
                            sink,
                            () -> container.state().running(),
                            signal)
                    .run();
        } finally {
            end.cancel(false);
        }
    }

    public Attachment attach(ManagedContainer container, String name, AttachQuery query, OutputSink sink) {
        if (container.state().status() == Status.PAUSED) {
            throw FeluccaException.conflict("Container " + name + " is paused. Unpause the container before attach.");
        }
        if (container.state().waiting()) {
            container.requireRunning();
        }
        ContainerRecord record = container.record();
        StreamHub hub = container.streams(() -> hubs.open(container.id, StreamConnections.inputEnds(record)));
        AttachQuery allowed = new AttachQuery(
                query.stdin() && record.config().openStdin(), query.stdout(), query.stderr(), query.logs());
        Attachment attachment = hub.join(allowed, sink, !container.state().running(), () -> {
            if (query.logs() && record.log().readable()) {
                LogQuery whole = new LogQuery(false, query.stdout(), query.stderr(), null, null, -1);
                read(container, whole, (time, stderr, line) -> sink.write(stderr, line, 0, line.length));
            }
        });
        if (container.state().running()) {
            streams.connect(container);
        }
        events.tell("attach", record);
        return attachment;
    }
}
