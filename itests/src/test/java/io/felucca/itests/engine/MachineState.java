package io.felucca.itests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What an engine has left on the machine: mounts, processes, cgroups, network namespaces. */
public final class MachineState {

    private MachineState() {}

    /** Fails the test, naming it, when anything of an engine's folder or of its containers is left. */
    public static void requireNothingOf(Path folder) {
        EngineUnderTest.await().untilAsserted(() -> {
            assertThat(mountsUnder(folder)).as("mounts left").isEmpty();
            assertThat(processesOf(folder)).as("processes left").isEmpty();
            assertThat(cgroupsOf(folder)).as("cgroups left").isEmpty();
        });
    }

    public static List<String> mountsUnder(Path folder) {
        return read(Path.of("/proc/self/mountinfo"))
                .lines()
                .filter(line -> line.split(" ")[4].startsWith(folder + "/"))
                .toList();
    }

    /** Command lines that name the folder: monitors, runtimes and engines; and what runs in cgroups of the engine. */
    public static List<String> processesOf(Path folder) {
        List<String> found = new ArrayList<>();
        List<String> marks = marks(folder);
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            if (process.pid() == ProcessHandle.current().pid()) {
                continue;
            }
            Path proc = Path.of("/proc", Long.toString(process.pid()));
            String commandLine = read(proc.resolve("cmdline")).replace('\0', ' ');
            String cgroups = read(proc.resolve("cgroup"));
            if (marks.stream().anyMatch(mark -> commandLine.contains(mark) || cgroups.contains(mark))) {
                found.add(process.pid() + " " + commandLine);
            }
        }
        return found;
    }

    public static List<String> cgroupsOf(Path folder) {
        List<String> marks = engineIds(folder);
        try (Stream<Path> walk = Files.walk(Path.of("/sys/fs/cgroup"), 4)) {
            return walk.filter(Files::isDirectory)
                    .map(Path::toString)
                    .filter(path -> marks.stream().anyMatch(path::contains))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            // A group of somebody else went while it was looked at.
            return List.of(e.toString());
        }
    }

    private static List<String> marks(Path folder) {
        List<String> marks = new ArrayList<>(engineIds(folder));
        marks.add(folder + "/");
        return marks;
    }

    /** The engine's id is kept in its data root. */
    private static List<String> engineIds(Path folder) {
        List<String> ids = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.resolve("d"))) {
            for (Path file : files) {
                if (file.getFileName().toString().equals("engine-id")) {
                    ids.add("felucca-" + Files.readString(file).trim());
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ids;
    }

    /** Empty for what has gone meanwhile. */
    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
