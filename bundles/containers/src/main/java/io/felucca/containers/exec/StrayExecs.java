package io.felucca.containers.exec;

import io.felucca.FeluccaException;
import io.felucca.containers.process.ProcessWatcher;
import io.felucca.containers.process.SignalNames;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ExecRecord;
import io.felucca.containers.record.Folders;
import io.felucca.containers.record.RecordStore;
import io.felucca.linux.PidFd;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Execs that an engine began and did not put on record, because it was killed in between: nobody can ask for them, so
 * that they are ended and their folders swept. One whose monitor is gone can no longer be known for certain: only its
 * folders go.
 */
public final class StrayExecs {

    private static final Logger LOG = LoggerFactory.getLogger(StrayExecs.class);

    private final RecordStore store;
    private final ContainerFiles files;
    private final Processes processes;
    private final ProcessWatcher watcher;

    public StrayExecs(RecordStore store, ContainerFiles files, Processes processes, ProcessWatcher watcher) {
        this.store = store;
        this.files = files;
        this.processes = processes;
        this.watcher = watcher;
    }

    /** Before an exec can be started in that container. */
    void end(String container) {
        Path monitors = files.execs(container);
        Path exits = files.exitsOfExecs(container);
        Set<String> recorded = store.execs(container).stream()
                .map(ExecRecord::id)
                .map(Execs::folderName)
                .collect(Collectors.toSet());
        Set<String> strays = new TreeSet<>();
        addNames(monitors, strays);
        addNames(exits, strays);
        strays.removeAll(recorded);
        for (String stray : strays) {
            LOG.info("ending exec {} of container {}, which is not on record", stray, container);
            try {
                end(monitors.resolve(stray), exits.resolve(stray));
            } catch (FeluccaException e) {
                LOG.warn("ending exec {} of container {}: {}", stray, container, e.getMessage());
            }
        }
    }

    private void end(Path folder, Path exit) {
        Optional<ProcessId> monitor = monitor(folder);
        if (monitor.isEmpty()) {
            Folders.remove(folder);
            Folders.remove(exit);
            return;
        }
        // While its monitor lives, a process's number is nobody else's.
        kill(process(folder, "pid").orElse(monitor.get()));
        watcher.onEnd(monitor.get(), () -> {
            Folders.remove(folder);
            Folders.remove(exit);
        });
    }

    /** The monitor's number may be another process's by now; the folder on its command line is its own. */
    private Optional<ProcessId> monitor(Path folder) {
        return process(folder, "monitor.pid").filter(monitor -> {
            String words = read(Path.of("/proc/" + monitor.pid() + "/cmdline"));
            return words.contains("\0" + folder + "\0") && processes.isAlive(monitor);
        });
    }

    private Optional<ProcessId> process(Path folder, String file) {
        String number = read(folder.resolve(file)).strip();
        return number.matches("[1-9][0-9]{0,8}") ? processes.identify(Integer.parseInt(number)) : Optional.empty();
    }

    private void kill(ProcessId process) {
        processes.open(process).ifPresent(fd -> {
            try (PidFd open = fd) {
                processes.signal(open, SignalNames.KILL);
            }
        });
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // not there yet, or no longer
        }
    }

    private static void addNames(Path folder, Set<String> names) {
        try (Stream<Path> inner = Files.list(folder)) {
            inner.forEach(path -> names.add(path.getFileName().toString()));
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw FeluccaException.system("cannot list " + folder + ": " + e, e);
        }
    }
}
