package io.felucca.testkit.storage;

import io.felucca.storage.spi.StorageDriver;
import java.nio.file.Path;
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
 * Needs root. Each test has a folder of its own under {@code /tmp}, or another {@link #place}; afterwards nothing is left
 * there or mounted.
 */
public abstract class StorageDriverContract
        implements LayerStatesContract,
                LayerContentContract,
                IdMapContract,
                LayerLimitContract,
                LayerCrashContract,
                LayerLeakContract {

    private LayerBench bench;

    /** A new driver object. Called again in a child process, on a new object of the test's class. */
    protected abstract StorageDriver driver();

    /**
     * Options to open the store on a root with, as {@link StorageDriver#open} takes them. Asked for again in a child
     * process, and for each of a test's roots: a driver that keeps layers elsewhere gives each root a place of its own.
     */
    protected Map<String, String> options(Path root) {
        return Map.of();
    }

    /** Where the folders of tests are made: for a driver that cannot work on any filesystem. */
    protected Path place() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** A disk of some 32 MiB to be filled up, on which the driver works: closing ends it. A tmpfs unless told otherwise. */
    protected SmallDisk smallDisk(LayerBench bench) {
        return SmallDisk.tmpfs(bench);
    }

    /** How many bytes the layers of a root take, where they are; files' own sizes below the root unless told otherwise. */
    protected long usedBytes(LayerBench bench) {
        return bench.rootSize().sizeBytes();
    }

    /** A limit that a layer can have and a test can fill, twice; more than what the driver's layers begin with. */
    protected long limitBytes() {
        return 8 << 20;
    }

    /** The store on a root is closed, and the root goes. */
    protected void closed(Path root) {}

    @BeforeEach
    void openBench() {
        bench = new LayerBench(driver(), this);
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
