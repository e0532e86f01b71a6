package io.felucca.runtime.oci;

import io.felucca.linux.kernel.KernelProcesses;
import io.felucca.linux.kernel.KernelSockets;
import io.felucca.linux.kernel.LibSeccomp;
import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.testkit.RuntimeDriverContract;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;

@DisplayName("the runtime that is chosen here")
class OciRuntimeDriverContractTest extends RuntimeDriverContract {

    @Override
    protected RuntimeDriver driver(Path directory) {
        return driver("", directory);
    }

    static RuntimeDriver driver(String runtime, Path directory) {
        return new OciRuntimeDriver(
                new Settings(runtime, "", directory), new KernelProcesses(), new KernelSockets(), new LibSeccomp());
    }
}
