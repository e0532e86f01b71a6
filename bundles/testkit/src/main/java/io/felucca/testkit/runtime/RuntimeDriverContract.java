package io.felucca.testkit.runtime;

import io.felucca.runtime.spi.RuntimeDriver;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every runtime driver must do, as tests on real containers of the machine's busybox. A driver's test is this class
 * and {@link #driver}. Needs root; afterwards no process, mount or cgroup is left.
 */
public abstract class RuntimeDriverContract
        implements RuntimeLifeContract, RuntimeProcessContract, RuntimeIsolationContract {

    private RuntimeBench bench;

    /** A new driver object that keeps its own files below a folder. */
    protected abstract RuntimeDriver driver(Path directory);

    @BeforeEach
    void openBench() throws IOException {
        bench = new RuntimeBench(this::driver);
    }

    @AfterEach
    void closeBench() throws IOException {
        if (bench != null) {
            bench.close();
        }
    }

    @Override
    public final RuntimeBench bench() {
        return bench;
    }

    protected final RuntimeBundle bundle() {
        return bench.bundle();
    }

    /** Parent of the containers' cgroups, removed afterwards. */
    protected final String cgroup() {
        return bench.cgroup();
    }
}
