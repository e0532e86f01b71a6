package io.felucca.shell;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.containers.Container;
import io.felucca.containers.Container.State;
import io.felucca.containers.Container.Status;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.ContainerStats;
import io.felucca.containers.Containers;
import io.felucca.containers.HostConfig;
import io.felucca.networks.PortBinding;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Containers in the heap. What runs is a program of the test's: {@code echo WORDS} writes and ends, {@code cat} gives
 * its input back until that ends, {@code sleep} runs until it is killed, {@code exit N} ends so.
 */
public class FakeContainers implements Containers {

    public static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    public static final Digest IMAGE = Digest.ofHex("ab".repeat(32));

    public final List<String> calls = new CopyOnWriteArrayList<>();
    public final List<String> warnings = new ArrayList<>();
    public final List<LogLine> log = new CopyOnWriteArrayList<>();
    /** Images that a create does not find. */
    public final Set<String> missingImages = new HashSet<>(Set.of("nosuch"));

    public ContainerSpec lastSpec;
    public ExecSpec lastExec;
    public LogQuery lastQuery;
    public FeluccaException startFailure;

    public record LogLine(Instant time, boolean stderr, String text) {}

    /** In the order of their making; commands for several names are carried out at once. */
    private final List<One> all = new CopyOnWriteArrayList<>();

    private int created;

    private static final class One {
        Container container;
        final ByteArrayOutputStream input = new ByteArrayOutputStream();
        final CompletableFuture<Exit> exit = new CompletableFuture<>();
        final List<Joined> joined = new CopyOnWriteArrayList<>();

        List<String> command() {
            return container.config().cmd() == null
                    ? List.of()
                    : container.config().cmd();
        }
    }

    private static final class Joined implements Attachment {
        final One one;
        final OutputSink sink;
        final CompletableFuture<Void> done = new CompletableFuture<>();

        Joined(One one, OutputSink sink) {
            this.one = one;
            this.sink = sink;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            one.input.write(bytes, offset, length);
            if (one.command().contains("cat")) {
                sink.write(false, bytes, offset, length);
            }
        }

        @Override
        public void closeInput() {
            if (one.command().contains("cat")) {
                end(one, 0);
            }
        }

        @Override
        public CompletableFuture<Void> done() {
            return done;
        }

        @Override
        public void close() {
            done.complete(null);
        }
    }

    private static void end(One one, int code) {
        Container old = one.container;
        one.container = with(
                old, new State(Status.EXITED, false, 0, code, "", old.state().startedAt(), NOW));
        one.joined.forEach(joined -> {
            joined.sink.end();
            joined.done.complete(null);
        });
        one.exit.complete(new Exit(code, ""));
    }

    private static Container with(Container old, State state) {
        return new Container(
                old.id(),
                old.created(),
                old.name(),
                old.path(),
                old.args(),
                state,
                old.image(),
                "",
                "",
                "",
                "",
                0,
                "overlay2",
                Map.of(),
                "linux/amd64",
                List.of(),
                old.config(),
                old.hostConfig());
    }

    private One find(String name) {
        for (One one : all) {
            if (one.container.name().equals(name) || one.container.id().startsWith(name)) {
                return one;
            }
        }
        throw FeluccaException.notFound("No such container: " + name);
    }

    @Override
    public Created create(ContainerSpec spec) {
        lastSpec = spec;
        if (missingImages.contains(spec.config().image())) {
            throw FeluccaException.notFound("No such image: " + spec.config().image() + ":latest");
        }
        String id = String.format("%064x", 0xc0ffee00L + ++created);
        One one = new One();
        List<String> words =
                spec.config().cmd() == null ? List.of("sh") : spec.config().cmd();
        one.container = new Container(
                id,
                NOW.minusSeconds(18),
                spec.name().isEmpty() ? "happy_hopper" + created : spec.name(),
                words.get(0),
                words.subList(1, words.size()),
                new State(Status.CREATED, false, 0, 0, "", null, null),
                IMAGE,
                "",
                "",
                "",
                "",
                0,
                "overlay2",
                Map.of(),
                "linux/amd64",
                List.of(),
                spec.config(),
                spec.hostConfig());
        all.add(one);
        return new Created(id, warnings);
    }

    @Override
    public void start(String name, List<String> environment) {
        start(name);
    }

    @Override
    public void start(String name) {
        calls.add("start " + find(name).container.name());
        if (startFailure != null) {
            throw startFailure;
        }
        One one = find(name);
        one.container = with(one.container, new State(Status.RUNNING, false, 42, 0, "", NOW.minusSeconds(17), null));
        List<String> command = one.command();
        if (!command.isEmpty() && command.get(0).equals("echo")) {
            byte[] bytes =
                    (String.join(" ", command.subList(1, command.size())) + "\n").getBytes(StandardCharsets.UTF_8);
            one.joined.forEach(joined -> joined.sink.write(false, bytes, 0, bytes.length));
            end(one, 0);
        } else if (!command.isEmpty() && command.get(0).equals("exit")) {
            end(one, Integer.parseInt(command.get(1)));
        }
    }

    @Override
    public void stop(String name, Integer timeoutSeconds, String signal) {
        calls.add("stop " + find(name).container.name() + " " + timeoutSeconds + " " + signal);
        end(find(name), 0);
    }

    @Override
    public void kill(String name, String signal) {
        calls.add("kill " + find(name).container.name() + " " + signal);
        end(find(name), 137);
    }

    @Override
    public void restart(String name, Integer timeoutSeconds, String signal) {
        calls.add("restart " + find(name).container.name());
    }

    @Override
    public void pause(String name) {
        calls.add("pause " + find(name).container.name());
    }

    @Override
    public void unpause(String name) {
        calls.add("unpause " + find(name).container.name());
    }

    @Override
    public List<String> update(String name, HostConfig.Resources resources, HostConfig.RestartPolicy policy) {
        calls.add("update " + find(name).container.name() + " " + resources.memory() + " " + policy);
        return List.of("a warning");
    }

    @Override
    public CompletableFuture<Exit> await(String name, Condition condition) {
        One one = find(name);
        if (condition == Condition.NOT_RUNNING && !one.container.state().running()) {
            return CompletableFuture.completedFuture(
                    new Exit(one.container.state().exitCode(), ""));
        }
        return one.exit.copy();
    }

    @Override
    public void remove(String name, boolean force, boolean volumes) {
        One one = find(name);
        if (one.container.state().running() && !force) {
            throw FeluccaException.conflict("cannot remove container \"/" + one.container.name()
                    + "\": container is running: stop the container before removing or force remove");
        }
        all.remove(one);
    }

    @Override
    public void unlink(String name) {
        calls.add("unlink " + name);
    }

    @Override
    public void rename(String name, String newName) {
        calls.add("rename " + find(name).container.name() + " " + newName);
    }

    @Override
    public Container inspect(String name) {
        return get(name);
    }

    @Override
    public Container get(String name) {
        return find(name).container;
    }

    @Override
    public List<Container> list(boolean everything, Map<String, List<String>> filters) {
        calls.add("list " + everything + " " + filters);
        List<Container> list = new ArrayList<>();
        all.forEach(one -> {
            if (everything || one.container.state().running()) {
                list.add(0, one.container);
            }
        });
        return list;
    }

    @Override
    public long sizeBytes(String name) {
        return 5;
    }

    @Override
    public void logs(String name, LogQuery query, LogSink sink) {
        lastQuery = query;
        find(name);
        log.forEach(line -> sink.accept(line.time(), line.stderr(), line.text().getBytes(StandardCharsets.UTF_8)));
        if (query.follow()) {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                calls.add("logs interrupted");
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public Attachment attach(String name, AttachQuery query, OutputSink sink) {
        One one = find(name);
        calls.add("attach " + one.container.name() + " " + query);
        Joined joined = new Joined(one, sink);
        one.joined.add(joined);
        return joined;
    }

    /** Writes to everybody who is attached. */
    public void output(String name, boolean stderr, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        find(name).joined.forEach(joined -> joined.sink.write(stderr, bytes, 0, bytes.length));
    }

    public String input(String name) {
        return find(name).input.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void resize(String name, int columns, int rows) {
        calls.add("resize " + find(name).container.name() + " " + columns + "x" + rows);
    }

    @Override
    public String createExec(String name, ExecSpec spec) {
        lastExec = spec;
        find(name);
        return "exec-of-" + name;
    }

    @Override
    public Attachment startExec(String execId, OutputSink sink) {
        calls.add("startExec " + execId);
        if (startFailure != null) {
            throw startFailure;
        }
        One one = new One();
        one.container = find(execId.substring("exec-of-".length())).container;
        Joined joined = new Joined(one, sink);
        if (sink != null) {
            byte[] bytes = "exec\n".getBytes(StandardCharsets.UTF_8);
            sink.write(false, bytes, 0, bytes.length);
        }
        joined.done.complete(null);
        return joined;
    }

    @Override
    public void resizeExec(String execId, int columns, int rows) {
        calls.add("resizeExec " + columns + "x" + rows);
    }

    @Override
    public Exec getExec(String execId) {
        return new Exec(execId, "", lastExec, false, 7, 0);
    }

    @Override
    public CompletableFuture<Exit> awaitExec(String execId) {
        return CompletableFuture.completedFuture(new Exit(7, ""));
    }

    ContainerStats stats = ContainerStats.NONE;

    @Override
    public ContainerStats stats(String name) {
        find(name);
        return stats;
    }

    @Override
    public ProcessTable top(String name, String options) {
        calls.add("top " + find(name).container.name() + " " + options);
        return new ProcessTable(List.of("PID", "CMD"), List.of(List.of("7", "sleep 1000")));
    }

    @Override
    public List<Integer> processes(String name) {
        return List.of(42);
    }

    @Override
    public Support support() {
        return new Support(false, Set.of("memory", "cpu", "cpuset", "pids"), true, false, false, "oci", "json-file");
    }

    @Override
    public Pruned prune(Map<String, List<String>> filters) {
        return new Pruned(List.of("c1", "c2"), 1_240_000);
    }

    @Override
    public void connect(String name, String network, io.felucca.networks.EndpointSpec spec) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void disconnect(String name, String network, boolean force) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void publish(String name, Map<String, List<PortBinding>> ports) {
        throw new UnsupportedOperationException();
    }
}
