package io.felucca.testkit.network;

import io.felucca.engine.EngineRoot;
import io.felucca.network.spi.NetworkDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What a network driver with segments must do, as tests on a machine of namespaces. A driver's test is this class and
 * {@link #driver}; what it tests besides is done on the {@link #bench} too. Needs root.
 */
public abstract class NetworkDriverContract
        implements NetworkTrafficContract, NetworkInterfaceContract, NetworkOwnershipContract {

    private SegmentBench bench;

    /** A new driver object of an engine; all its calls are made in the bench's host. */
    protected abstract NetworkDriver driver(EngineRoot engine);

    /** Rules and the like that are left on the bench's host; empty for none. */
    protected String leftOvers() {
        return "";
    }

    @BeforeEach
    void openBench() {
        bench = new SegmentBench(this::driver, this::leftOvers);
    }

    @AfterEach
    void closeBench() {
        if (bench != null) {
            bench.close();
        }
    }

    @Override
    public final SegmentBench bench() {
        return bench;
    }
}
