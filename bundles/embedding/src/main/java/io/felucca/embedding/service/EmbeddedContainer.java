package io.felucca.embedding.service;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container;
import io.felucca.containers.Containers.Attachment;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.Containers.ExecSpec;
import io.felucca.containers.Containers.Exit;
import io.felucca.containers.Containers.LogQuery;
import io.felucca.containers.Containers.LogSink;
import io.felucca.embedding.CommandResult;
import io.felucca.embedding.ContainerHandle;
import io.felucca.embedding.LogLine;
import io.felucca.networks.PortBinding;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** A container by its id; all that is known of it is asked for anew. */
record EmbeddedContainer(String id, EmbeddingContext context) implements ContainerHandle {

    @Override
    public String name() {
        return inspect().name();
    }

    @Override
    public Container inspect() {
        return context.containers().get(id);
    }

    @Override
    public boolean isRunning() {
        return inspect().state().running();
    }

    @Override
    public void start() {
        unlessSo(() -> context.containers().start(id));
    }

    @Override
    public CompletableFuture<Void> startAsync() {
        return CompletableFuture.runAsync(this::start, context.threads());
    }

    @Override
    public void stop() {
        unlessSo(() -> context.containers().stop(id, null, null));
    }

    @Override
    public void stop(Duration patience) {
        int seconds = Math.toIntExact(patience.toSeconds());
        if (seconds < 0) {
            throw FeluccaException.invalid("stop container " + id + ": a time of " + patience + " is negative");
        }
        unlessSo(() -> context.containers().stop(id, seconds, null));
    }

    @Override
    public CompletableFuture<Void> stopAsync() {
        return CompletableFuture.runAsync(this::stop, context.threads());
    }

    private static void unlessSo(Runnable work) {
        unless(Kind.NOT_MODIFIED, work);
    }

    private static void unless(Kind kind, Runnable work) {
        try {
            work.run();
        } catch (FeluccaException e) {
            if (e.kind() != kind) {
                throw e;
            }
        }
    }

    @Override
    public void kill(String signal) {
        context.containers().kill(id, signal);
    }

    @Override
    public CompletableFuture<Integer> exitCode() {
        return code(context.containers().await(id, Condition.NOT_RUNNING));
    }

    /** Whose cancellation is passed on. */
    private static CompletableFuture<Integer> code(CompletableFuture<Exit> exit) {
        CompletableFuture<Integer> code = exit.thenApply(Exit::code);
        code.whenComplete((value, failure) -> {
            if (code.isCancelled()) {
                exit.cancel(true);
            }
        });
        return code;
    }

    @Override
    public Stream<LogLine> logs() {
        return log(false);
    }

    @Override
    public Stream<LogLine> follow() {
        return log(true);
    }

    private Stream<LogLine> log(boolean follow) {
        LogQuery query = new LogQuery(follow, true, true, null, null, -1);
        return BlockingStream.of(
                context.threads(),
                stream -> context.containers().logs(id, query, new LogSink() {
                    @Override
                    public boolean accept(Instant time, boolean stderr, byte[] line) {
                        return stream.give(line(time, stderr, line));
                    }

                    @Override
                    public boolean wantsMore() {
                        return stream.isWanted();
                    }
                }));
    }

    static LogLine line(Instant time, boolean stderr, byte[] bytes) {
        boolean whole = bytes.length > 0 && bytes[bytes.length - 1] == '\n';
        String text = new String(bytes, 0, whole ? bytes.length - 1 : bytes.length, StandardCharsets.UTF_8);
        return new LogLine(time, stderr, text, !whole);
    }

    @Override
    public CommandResult exec(String... words) {
        ExecSpec spec = new ExecSpec(List.of(words), false, true, true, false, "", "", List.of(), false);
        String exec = context.containers().createExec(id, spec);
        CollectedOutput output = new CollectedOutput();
        try (Attachment attachment = context.containers().startExec(exec, output)) {
            String what = "the program " + words[0] + " in container " + id;
            EmbeddingContext.await(attachment.done(), what);
            return output.result(EmbeddingContext.await(context.containers().awaitExec(exec), what)
                    .code());
        }
    }

    @Override
    public CompletableFuture<CommandResult> execAsync(String... words) {
        return context.async(() -> exec(words));
    }

    @Override
    public int publishedPort(int containerPort) {
        List<PortBinding> bindings =
                inspect().networkSettings().sandbox().ports().getOrDefault(containerPort + "/tcp", List.of());
        if (bindings.isEmpty()) {
            throw FeluccaException.notFound("No public port '" + containerPort + "/tcp' published for " + name());
        }
        return Integer.parseInt(bindings.get(0).hostPort());
    }

    @Override
    public void remove() {
        context.containers().remove(id, true, true);
    }

    @Override
    public void close() {
        unless(Kind.NOT_FOUND, this::remove);
    }
}
