package io.felucca.engine.root;

import io.felucca.FeluccaException;
import io.felucca.linux.folders.RecordFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code owner} in the exec root: the id and the data root of the engine that it serves. The lock tells of an engine that
 * lives; containers live on without one, and another engine would unmount what they run on.
 */
final class ExecRootOwner {

    private static final Logger LOG = LoggerFactory.getLogger(ExecRootOwner.class);

    private final Path execRoot;
    private final Path processes;

    /** @param processes {@code /proc} */
    ExecRootOwner(Path execRoot, Path processes) {
        this.execRoot = execRoot;
        this.processes = processes;
    }

    /**
     * Notes the engine as the owner; the caller has the lock.
     *
     * @throws FeluccaException CONFLICT when containers of another one run on the exec root
     */
    void claim(String id, Path dataRoot) {
        Path file = execRoot.resolve("owner");
        String own = id + " " + dataRoot + "\n";
        String owner = read(file);
        if (owner.equals(own)) {
            return;
        }
        boolean another = !owner.isBlank() && !owner.startsWith(id + " ") && !owner.endsWith(" " + dataRoot + "\n");
        if (another && hasContainers()) {
            throw FeluccaException.conflict("exec root " + execRoot
                    + " serves running containers of the engine with the"
                    + " data root " + owner.substring(owner.indexOf(' ') + 1).strip()
                    + ": start that one and stop them, or give this one an exec root of its own");
        }
        try {
            RecordFile.replace(file, own.getBytes(StandardCharsets.UTF_8), false);
        } catch (FeluccaException e) {
            LOG.warn("while no engine runs, nothing keeps another one from the exec root: {}", e.getMessage());
        }
    }

    private static String read(Path file) {
        try {
            // Unlike readString this reads a damaged file, too.
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw FeluccaException.system("cannot read " + file + ": " + e, e);
        }
    }

    /** Whether a monitor lives; it is started with its container's folder. */
    private boolean hasContainers() {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(processes, "[1-9]*")) {
            for (Path process : all) {
                if (isMonitor(process)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw FeluccaException.system("cannot list " + processes + ": " + e, e);
        }
    }

    private boolean isMonitor(Path process) {
        try {
            List<String> words = Arrays.asList(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0"));
            int bundle = words.indexOf("--bundle");
            return bundle >= 0
                    && bundle + 1 < words.size()
                    && Path.of(words.get(bundle + 1)).startsWith(execRoot.resolve("c"));
        } catch (IOException e) {
            // It has ended meanwhile.
            return false;
        }
    }
}
