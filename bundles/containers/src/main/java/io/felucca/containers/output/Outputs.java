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
import io.felucca.containers.logs.LogReading;
import io.felucca.containers.logs.LogSignal;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.Entry;
import io.felucca.containers.streams.StreamHub;
import io.felucca.containers.streams.StreamHubs;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** What containers write: read from their logs, or as it comes. */
public final class Outputs {

    private final ContainerFiles files;
    private final StreamHubs hubs;
    private final FolderWatch folderWatch;
    private final ContainerEvents events;
    private final StreamConnections streams;

    public Outputs(
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

    public void logs(Entry entry, LogQuery query, LogSink sink) {
        if (!query.stdout() && !query.stderr()) {
            throw FeluccaException.invalid("Bad parameters: you must choose at least one stream");
        }
        if (!entry.record().log().readable()) {
            throw FeluccaException.invalid("configured logging driver does not support reading");
        }
        read(entry, query, sink);
    }

    @SuppressWarnings("try") // what only has to be closed
    private void read(Entry entry, LogQuery query, LogSink sink) {
        LogSignal signal = new LogSignal();
        // The last change in the folder may come before the end is known here.
        CompletableFuture<Exit> end = query.follow() ? entry.await(Condition.NEXT_EXIT) : new CompletableFuture<>();
        end.whenComplete((exit, failure) -> signal.tell());
        Path log = files.log(entry.id);
        try (FolderWatch.Subscription told =
                query.follow() ? folderWatch.on(log.getParent(), signal::tell) : () -> {}) {
            new LogReading(entry.spool(log), query, sink, () -> entry.life().running(), signal).run();
        } finally {
            end.cancel(false);
        }
    }

    public Attachment attach(Entry entry, String name, AttachQuery query, OutputSink sink) {
        if (entry.life().status() == Status.PAUSED) {
            throw FeluccaException.conflict("Container " + name + " is paused. Unpause the container before attach.");
        }
        if (entry.life().waiting()) {
            entry.requireRunning();
        }
        ContainerRecord record = entry.record();
        StreamHub hub = entry.streams(() -> hubs.open(entry.id, StreamConnections.inputEnds(record)));
        AttachQuery allowed = new AttachQuery(
                query.stdin() && record.config().openStdin(), query.stdout(), query.stderr(), query.logs());
        Attachment attachment = hub.join(allowed, sink, !entry.life().running(), () -> {
            if (query.logs() && record.log().readable()) {
                LogQuery whole = new LogQuery(false, query.stdout(), query.stderr(), null, null, -1);
                read(entry, whole, (time, stderr, line) -> sink.write(stderr, line, 0, line.length));
            }
        });
        if (entry.life().running()) {
            streams.connect(entry);
        }
        events.tell("attach", record);
        return attachment;
    }
}
