package io.felucca.runtime.oci;

import io.felucca.FeluccaException;
import io.felucca.linux.Output;
import io.felucca.linux.Processes;
import io.felucca.linux.Seccomp;
import io.felucca.linux.Sockets;
import io.felucca.runtime.oci.cgroup.CgroupMoves;
import io.felucca.runtime.oci.cgroup.ContainerCgroups;
import io.felucca.runtime.oci.cgroup.OutsideThreads;
import io.felucca.runtime.spi.RuntimeDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Containers by crun, or runc, behind conmon. Keeps nothing in memory but compiled filters and the chosen program. */
public class OciRuntimeDriver implements RuntimeDriver, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OciRuntimeDriver.class);

    private final RuntimePrograms programs;
    private final OutsideThreads outside = new OutsideThreads();
    private final CgroupMoves moves = new CgroupMoves(outside);
    private final Conmon conmon;
    private final SeccompFilters filters;
    private final Processes processes;
    private final Sockets sockets;

    public OciRuntimeDriver(RuntimeSettings settings, Processes processes, Sockets sockets, Seccomp seccomp) {
        this.programs = new RuntimePrograms(settings, processes, sockets);
        this.conmon = new Conmon(settings, processes, sockets, outside);
        this.filters = new SeccompFilters(seccomp, settings.directory().resolve("seccomp"));
        this.processes = processes;
        this.sockets = sockets;
    }

    @Override
    public Optional<String> probe() {
        if (conmon.find().isEmpty()) {
            return Optional.of(Conmon.missing());
        }
        return programs.find().isPresent() ? Optional.empty() : Optional.of(programs.problem());
    }

    @Override
    public Map<String, String> status() {
        Map<String, String> pairs = new LinkedHashMap<>();
        programs.shown().ifPresent(program -> {
            pairs.put("Name", program.name());
            pairs.put("Version", programs.version(program.path()));
            pairs.put("Path", program.path().toString());
        });
        conmon.find().ifPresent(path -> {
            pairs.put("Monitor", programs.version(path));
            pairs.put("Monitor Path", path.toString());
        });
        return pairs;
    }

    @Override
    public void expect() {
        moves.expect();
    }

    @Override
    public HeldTask begin(TaskSpec task) {
        RuntimeProgram program = programs.chosen();
        BundleFiles.makeDirectories(program.state());
        BundleFiles.makeDirectories(task.directory());
        Path seenByRuntime = task.directory().resolve("config.json");
        try {
            // A monitor goes on when this process is killed: it finds no bundle then, and not the one of another start.
            Files.deleteIfExists(seenByRuntime);
        } catch (IOException e) {
            throw FeluccaException.system("removing the last start's " + seenByRuntime, e);
        }
        boolean fresh = programs.of(task.id()).isEmpty();
        return new HeldContainer(program, task, seenByRuntime, fresh, conmon.begin(program, task));
    }

    /** @param fresh whether no runtime knows a container of that id */
    private final class HeldContainer implements HeldTask {

        private final RuntimeProgram program;
        private final TaskSpec task;
        private final Path seenByRuntime;
        private final boolean fresh;
        private final HeldMonitor monitor;

        private HeldContainer(
                RuntimeProgram program, TaskSpec task, Path seenByRuntime, boolean fresh, HeldMonitor monitor) {
            this.program = program;
            this.task = task;
            this.seenByRuntime = seenByRuntime;
            this.fresh = fresh;
            this.monitor = monitor;
        }

        @Override
        public Task create(Map<String, Object> spec, Runnable attachable) {
            boolean made = false;
            try {
                Map<String, Object> written = writeBundle(program, task, spec, seenByRuntime);
                Task created = monitor.go(attachable, failure -> failure.ofCreate(program, args(written)));
                BfqWeights.of(resources(spec), program).write(ContainerCgroups.pathIn(spec));
                made = true;
                return created;
            } finally {
                if (!made) {
                    monitor.close();
                    if (fresh) {
                        removeLeft(task, ContainerCgroups.pathIn(spec));
                    }
                }
            }
        }

        @Override
        public void close() {
            monitor.close();
        }
    }

    private static List<?> args(Map<String, Object> spec) {
        return BundleFiles.child(spec, "process").get("args") instanceof List<?> list ? list : List.of();
    }

    /** The reason why the container was not made is what the caller shall see; this only logs. */
    private void removeLeft(TaskSpec task, String cgroup) {
        try {
            if (programs.of(task.id()).isPresent()) {
                delete(task.id(), true);
                new AbandonedMonitors(processes).end(task.directory());
            }
            if (!cgroup.isEmpty()) {
                ContainerCgroups.removeLeft(cgroup);
            }
        } catch (FeluccaException e) {
            LOG.warn("Container {} could not be made, and something of it is left", task.id(), e);
        }
    }

    private static Map<String, Object> resources(Map<String, Object> spec) {
        return BundleFiles.child(BundleFiles.child(spec, "linux"), "resources");
    }

    private Map<String, Object> writeBundle(
            RuntimeProgram program, TaskSpec task, Map<String, Object> asked, Path seenByRuntime) {
        Map<String, Object> spec = withoutWeights(program, asked);
        RootGuard.check(spec);
        Path config = task.bundle().resolve("config.json");
        BundleFiles.write(config, program.takesFilters() ? withFilter(spec) : spec);
        try {
            if (!config.equals(seenByRuntime)) {
                Files.createSymbolicLink(seenByRuntime, config);
            }
        } catch (IOException e) {
            throw FeluccaException.system("preparing the bundle of " + task.id() + " in " + task.directory(), e);
        }
        return spec;
    }

    private static Map<String, Object> withoutWeights(RuntimeProgram program, Map<String, Object> spec) {
        BfqWeights weights = BfqWeights.of(resources(spec), program);
        if (weights.isEmpty()) {
            return spec;
        }
        Map<String, Object> linux = new LinkedHashMap<>(BundleFiles.child(spec, "linux"));
        linux.put("resources", weights.rest());
        Map<String, Object> result = new LinkedHashMap<>(spec);
        result.put("linux", linux);
        return result;
    }

    /** The spec with its seccomp profile compiled, when that can be done. */
    private Map<String, Object> withFilter(Map<String, Object> spec) {
        if (!(spec.get("linux") instanceof Map<?, ?> linux) || !(linux.get("seccomp") instanceof Map<?, ?> profile)) {
            return spec;
        }
        @SuppressWarnings("unchecked") // JSON objects have texts for keys
        Optional<String> filter = filters.compile((Map<String, Object>) profile);
        if (filter.isEmpty()) {
            return spec;
        }
        Map<Object, Object> rest = new LinkedHashMap<>(linux);
        rest.remove("seccomp");
        Map<Object, Object> annotations = new LinkedHashMap<>();
        if (spec.get("annotations") instanceof Map<?, ?> given) {
            annotations.putAll(given);
        }
        annotations.put(SeccompFilters.ANNOTATION, filter.get());
        Map<String, Object> result = new LinkedHashMap<>(spec);
        result.put("linux", rest);
        result.put("annotations", annotations);
        return result;
    }

    @Override
    public void start(String id) {
        RuntimeProgram program = known(id);
        if (!program.isCrun() || !CrunState.start(program, id, sockets)) {
            run(program, "start", "start", id);
        }
    }

    @Override
    public HeldTask beginExec(String id, TaskSpec task) {
        RuntimeProgram program = known(id);
        Path file = task.directory().resolve("process.json");
        BundleFiles.makeDirectories(task.directory());
        HeldMonitor monitor = conmon.beginExec(program, id, task, file);
        return new HeldTask() {
            @Override
            public Task create(Map<String, Object> process, Runnable attachable) {
                BundleFiles.write(file, process);
                List<?> args = process.get("args") instanceof List<?> list ? list : List.of();
                return monitor.go(attachable, failure -> failure.ofExec(args));
            }

            @Override
            public void close() {
                monitor.close();
            }
        };
    }

    @Override
    public void pause(String id) {
        run(known(id), "pause", "pause", id);
    }

    @Override
    public void resume(String id) {
        run(known(id), "unpause", "resume", id);
    }

    @Override
    public void update(String id, Map<String, Object> resources) {
        RuntimeProgram program = known(id);
        BfqWeights weights = BfqWeights.of(resources, program);
        try {
            Path file = Files.createTempFile(program.state(), ".resources", ".json");
            try {
                if (!weights.isEmpty()) {
                    weights.write(CrunState.cgroup(program, id));
                }
                BundleFiles.write(file, weights.rest());
                run(program, "update", "update", "--resources", file.toString(), id);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw FeluccaException.system("writing the new limits of container " + id, e);
        }
    }

    @Override
    public List<Integer> processes(String id) {
        String json = run(known(id), "list the processes of", "ps", "--format", "json", id)
                .stdoutText();
        return json.replaceAll("[^0-9]+", " ")
                .trim()
                .lines()
                .flatMap(line -> List.of(line.split(" ")).stream())
                .filter(number -> !number.isEmpty())
                .map(Integer::valueOf)
                .toList();
    }

    @Override
    public void delete(String id, boolean force) {
        Optional<RuntimeProgram> program = programs.of(id);
        if (program.isEmpty()) {
            return;
        }
        if (force) {
            InitProcess.kill(program.get(), id, processes);
        }
        if (program.get().isCrun() && CrunState.delete(program.get(), id)) {
            return;
        }
        String[] words = force ? new String[] {"delete", "--force", id} : new String[] {"delete", id};
        Output output = call(program.get(), words);
        if (!output.success() && program.get().knows(id)) {
            throw failed(program.get(), "delete", id, output);
        }
    }

    /** Gives back what the driver itself holds; containers run on. */
    @Override
    public void close() {
        outside.close();
        programs.close();
    }

    private RuntimeProgram known(String id) {
        return programs.of(id)
                .orElseThrow(() -> FeluccaException.conflict(
                        "container " + id + " has no process: no OCI runtime of this engine knows it"));
    }

    private Output run(RuntimeProgram program, String verb, String... words) {
        Output output = call(program, words);
        if (!output.success()) {
            throw failed(program, verb, words[words.length - 1], output);
        }
        return output;
    }

    private Output call(RuntimeProgram program, String... words) {
        return processes.run(program.command(words), RuntimePrograms.ENV, new byte[0], RuntimePrograms.TIMEOUT_MILLIS);
    }

    private static FeluccaException failed(RuntimeProgram program, String verb, String id, Output output) {
        return FeluccaException.system("Cannot " + verb + " container " + id + ": " + program.path()
                + " ended with code " + output.exit().shellCode() + ": "
                + RuntimeFailure.read(output.stderrText()).message());
    }
}
