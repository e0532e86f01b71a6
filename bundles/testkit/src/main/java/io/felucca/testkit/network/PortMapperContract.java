package io.felucca.testkit.network;

import io.felucca.engine.EngineRoot;
import io.felucca.network.spi.PortMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every port mapper must do, as tests on a machine of namespaces. A mapper's test is this class, {@link #mapper} and
 * {@link #flushRules}; what it tests besides is done on the {@link #bench} too. Needs root.
 */
public abstract class PortMapperContract implements PortReachContract, PortChangeContract {

    private PortBench bench;

    /** A new mapper object of an engine; all its calls are made in the bench's host. */
    protected abstract PortMapper mapper(EngineRoot engine);

    /** Takes all rules of the bench's host away, as a firewall that is loaded anew. */
    protected abstract void flushRules();

    @BeforeEach
    void openBench() {
        bench = new PortBench(this::mapper, this::flushRules);
    }

    @AfterEach
    void closeBench() {
        if (bench != null) {
            bench.close();
        }
    }

    @Override
    public final PortBench bench() {
        return bench;
    }
}
