package io.felucca.runtime.oci;

import java.nio.file.Path;
import java.util.List;

/**
 * @param driver the driver's name: {@value #CHOOSING}, or that of one runtime
 * @param runtime path, or name in a usual folder, of the OCI runtime to use; empty to choose
 * @param arguments given to the runtime before each command
 * @param monitor path of conmon, or empty to look it up
 * @param directory the drivers' own folder, one for all of them: the runtimes' state, compiled filters
 */
public record RuntimeSettings(String driver, String runtime, List<String> arguments, String monitor, Path directory) {

    /** The driver that chooses among the runtimes of the machine, and knows the containers of each. */
    static final String CHOOSING = "oci";

    public RuntimeSettings(String runtime, String monitor, Path directory) {
        this(CHOOSING, runtime, List.of(), monitor, directory);
    }

    boolean choosing() {
        return driver.equals(CHOOSING);
    }
}
