package io.felucca.runtime.oci;

import io.felucca.FeluccaException;
import io.felucca.linux.Output;
import io.felucca.linux.Processes;
import io.felucca.linux.Sockets;
import io.felucca.linux.files.OpenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runtimes of one driver. The choosing driver finds those of this machine and takes the first that really works:
 * crun, since it takes half of runc's time, else runc; containers made by one stay with it, whatever is chosen later. A
 * driver that is named after a runtime has no other. Looked for once, at first use.
 */
final class RuntimePrograms {

    static final List<String> FOLDERS =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");
    static final List<String> ENV = List.of("PATH=" + String.join(":", FOLDERS));
    static final long TIMEOUT_MILLIS = 60_000;

    private static final Logger LOG = LoggerFactory.getLogger(RuntimePrograms.class);
    static final List<String> NAMES = List.of("crun", "runc");

    /** What a program says of itself, for as long as its file is the same. */
    private record Version(FileTime changed, String text) {}

    private final RuntimeSettings settings;
    private final Processes processes;
    private final Sockets sockets;
    private final List<OpenFile> copies = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<Path, Version> versions = new HashMap<>();
    private List<RuntimeProgram> found;
    private RuntimeProgram chosen;

    RuntimePrograms(RuntimeSettings settings, Processes processes, Sockets sockets) {
        this.settings = settings;
        this.processes = processes;
        this.sockets = sockets;
    }

    /** For a new container. @throws FeluccaException UNSUPPORTED when none works */
    RuntimeProgram chosen() {
        return find().orElseThrow(() -> FeluccaException.unsupported(problem()));
    }

    /** Empty when there is a runtime that works. */
    synchronized Optional<RuntimeProgram> find() {
        if (chosen == null) {
            problems.clear();
            for (RuntimeProgram program : found()) {
                if (settings.choosing()
                        && !settings.runtime().isEmpty()
                        && !program.path().equals(Path.of(settings.runtime()))) {
                    break; // no other than the configured one gets new containers
                }
                Optional<String> problem = probe(program);
                if (problem.isEmpty()) {
                    chosen = program;
                    break;
                }
                LOG.info("OCI runtime {} does not work here: {}", program.path(), problem.get());
                problems.add(program.path() + ": " + problem.get());
            }
        }
        return Optional.ofNullable(chosen);
    }

    synchronized String problem() {
        if (!problems.isEmpty()) {
            return "no OCI runtime works here; " + String.join("; ", problems);
        }
        return settings.choosing()
                ? "no OCI runtime found: install crun or runc"
                : "the program of OCI runtime " + settings.driver() + " is not there: " + settings.runtime();
    }

    /** The one that made a container; empty when none knows it. */
    Optional<RuntimeProgram> of(String id) {
        return found().stream().filter(program -> program.knows(id)).findFirst();
    }

    private synchronized List<RuntimeProgram> found() {
        if (found == null || found.isEmpty()) {
            found = paths().distinct().map(this::program).toList();
        }
        return found;
    }

    private Stream<Path> paths() {
        if (!settings.choosing()) {
            return lookUp(settings.runtime()).stream();
        }
        return Stream.concat(
                settings.runtime().isEmpty() ? Stream.empty() : Stream.of(Path.of(settings.runtime())),
                NAMES.stream().flatMap(name -> lookUp(name).stream()));
    }

    /** The one that new containers would get, without trying it; empty when there is none. */
    Optional<RuntimeProgram> shown() {
        return settings.choosing() ? find() : found().stream().findFirst();
    }

    private RuntimeProgram program(Path path) {
        String name = path.getFileName().toString();
        // the annotation is there since crun 0.18 (2021); an older one would ignore it, and run without any filter
        boolean takesFilters = name.equals("crun") && !version(path).startsWith("0.");
        return new RuntimeProgram(
                name,
                path,
                inMemory(name, path),
                settings.directory().resolve(name),
                takesFilters,
                settings.arguments());
    }

    /** What follows "version" in the first line of {@code --version}; empty for a program that is not there. */
    synchronized String version(Path program) {
        try {
            FileTime changed = Files.getLastModifiedTime(program);
            Version known = versions.get(program);
            if (known == null || !known.changed().equals(changed)) {
                known = new Version(changed, askVersion(program));
                versions.put(program, known);
            }
            return known.text();
        } catch (IOException e) {
            return "";
        }
    }

    private String askVersion(Path program) {
        Output output = processes.run(List.of(program.toString(), "--version"), ENV, new byte[0], TIMEOUT_MILLIS);
        return output.stdoutText().lines().findFirst().orElse("").replaceFirst("^.* version ", "");
    }

    /**
     * crun makes itself a copy that containers cannot write to at every start (CVE-2019-5736), unless it finds that it is
     * one: a sealed file in memory. That saves 1.2 ms and a mount each time.
     */
    private Path inMemory(String name, Path path) {
        if (!name.equals("crun")) {
            return path;
        }
        OpenFile copy = sockets.sealedCopy(path);
        copies.add(copy);
        return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + copy.number());
    }

    /** Containers run on; no further call may follow. */
    synchronized void close() {
        copies.forEach(OpenFile::close);
        copies.clear();
        found = null;
        chosen = null;
    }

    /** By path, or by name in one of {@link #FOLDERS}. */
    static Optional<Path> lookUp(String name) {
        return FOLDERS.stream()
                .map(folder -> Path.of(folder).resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Has it create a container whose program does not exist. One that gets as far as saying so has made namespaces,
     * cgroups and mounts, and leaves nothing behind.
     */
    private Optional<String> probe(RuntimeProgram program) {
        Path bundle = settings.directory().resolve("probe").resolve(settings.driver());
        String id = "probe-" + settings.driver() + "-" + ProcessHandle.current().pid();
        BundleFiles.makeDirectories(program.state());
        BundleFiles.makeDirectories(bundle.resolve("rootfs/proc"));
        BundleFiles.makeDirectories(bundle.resolve("rootfs/dev"));
        BundleFiles.write(bundle.resolve("config.json"), probeSpec(bundle, id));
        Output output = processes.run(
                program.command("create", "--bundle", bundle.toString(), id), ENV, new byte[0], TIMEOUT_MILLIS);
        if (output.success()) {
            processes.run(program.command("delete", "--force", id), ENV, new byte[0], TIMEOUT_MILLIS);
            return Optional.empty();
        }
        RuntimeFailure failure = RuntimeFailure.read(output.stderrText());
        if (failure.isMissingProgram()) {
            return Optional.empty();
        }
        return Optional.of(
                failure.message().contains("hybrid mode")
                        ? failure.message()
                                + " (mount -t cgroup -o hugetlb cgroup /sys/fs/cgroup/hugetlb does it where hugetlb"
                                + " is the one that is left, as Debian's cgroupfs-mount)"
                        : failure.message());
    }

    private static Map<String, Object> probeSpec(Path bundle, String id) {
        return Map.of(
                "ociVersion",
                "1.0.2",
                "root",
                Map.of("path", bundle.resolve("rootfs").toString()),
                "process",
                Map.of("args", List.of("/felucca-probe"), "cwd", "/", "env", ENV, "user", Map.of("uid", 0, "gid", 0)),
                "mounts",
                List.of(
                        Map.of("destination", "/proc", "type", "proc", "source", "proc"),
                        Map.of("destination", "/dev", "type", "tmpfs", "source", "tmpfs")),
                "linux",
                Map.of(
                        "cgroupsPath",
                        "/felucca-" + id,
                        "namespaces",
                        List.of(Map.of("type", "mount"), Map.of("type", "pid"))));
    }
}
