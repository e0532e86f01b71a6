package io.felucca.storage.devicemapper.pool;

import io.felucca.FeluccaException;
import io.felucca.linux.Output;
import io.felucca.linux.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the programs that make filesystems, loop devices and logical volumes. Thread-safe. */
public final class Programs {

    private static final Logger LOG = LoggerFactory.getLogger(Programs.class);
    private static final List<String> FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin");
    private static final long MILLIS = 600_000;

    private final Processes processes;

    public Programs(Processes processes) {
        this.processes = processes;
    }

    /** Where a program is. */
    public static Optional<String> find(String name) {
        return FOLDERS.stream()
                .map(folder -> folder + "/" + name)
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst();
    }

    /**
     * Runs one that must succeed; returns what it printed, without the white space around it.
     *
     * @throws FeluccaException SYSTEM with its words, UNSUPPORTED when it is not there
     */
    public String run(String name, String... arguments) {
        Output output = attempt(name, arguments);
        if (!output.success()) {
            throw FeluccaException.system(name + " " + String.join(" ", arguments) + " failed with " + output.exit()
                    + ": " + output.stderrText().strip());
        }
        return output.stdoutText().strip();
    }

    /** Runs one that may fail. */
    Output attempt(String name, String... arguments) {
        List<String> argv = new ArrayList<>();
        argv.add(find(name).orElseThrow(() -> FeluccaException.unsupported("there is no program " + name)));
        argv.addAll(List.of(arguments));
        Output output = processes.run(argv, environment(), new byte[0], MILLIS);
        LOG.debug("{}: {} {}", argv, output.exit(), output.stderrText().strip());
        return output;
    }

    /** Where there is no udev, who makes device nodes must not wait for it (libdevmapper's dmsetup(8)). */
    private static List<String> environment() {
        List<String> environment = new ArrayList<>(List.of("PATH=" + String.join(":", FOLDERS), "LC_ALL=C"));
        if (!Files.exists(Path.of("/run/udev/control"))) {
            environment.add("DM_DISABLE_UDEV=1");
        }
        return environment;
    }
}
