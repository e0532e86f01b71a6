package io.felucca.testkit;

import io.felucca.storage.spi.StorageDriver;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every storage driver must do, as tests on real mounts. A driver's test is this class, a constructor without
 * arguments and {@link #driver}:
 *
 * <pre>
 *   class MyDriverContractTest extends StorageDriverContract {
 *       &#64;Override
 *       protected StorageDriver driver() {
 *           return new MyDriver(new KernelDirectories(), new KernelMounts());
 *       }
 *   }
 * </pre>
 *
 * Needs root. Each test has a folder of its own under {@code /tmp}; afterwards nothing is left there or mounted.
 */
public abstract class StorageDriverContract
        implements LayerStatesContract, LayerContentContract, IdMapContract, LayerCrashContract {

    private LayerBench bench;

    /** A new driver object. Called again in a child process, on a new object of the test's class. */
    protected abstract StorageDriver driver();

    /** Options to open the stores with, as {@link StorageDriver#open} takes them. */
    protected Map<String, String> options() {
        return Map.of();
    }

    @BeforeEach
    void openBench() {
        bench = new LayerBench(driver(), options());
    }

    @AfterEach
    void closeBench() {
        if (bench != null) {
            bench.close();
        }
    }

    @Override
    public final LayerBench bench() {
        return bench;
    }
}
