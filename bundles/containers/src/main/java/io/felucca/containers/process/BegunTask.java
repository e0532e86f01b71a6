package io.felucca.containers.process;

import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.runtime.spi.RuntimeDriver.HeldTask;
import io.felucca.runtime.spi.RuntimeDriver.Task;
import java.util.Map;
import java.util.function.Function;

/**
 * A monitor that a runtime driver has started and that waits for its spec. No driver is leased meanwhile: when the one that
 * began is replaced, the one after it begins anew. One thread uses it at a time.
 */
public final class BegunTask implements AutoCloseable {

    private final Runtimes runtimes;
    private final String runtime;
    private final Function<RuntimeDriver, HeldTask> begin;
    private RuntimeDriver driver;
    private HeldTask held;

    BegunTask(Runtimes runtimes, String runtime, Function<RuntimeDriver, HeldTask> begin) {
        this.runtimes = runtimes;
        this.runtime = runtime;
        this.begin = begin;
        runtimes.run(runtime, this::begin);
    }

    private void begin(RuntimeDriver by) {
        held = begin.apply(by);
        driver = by;
    }

    /** See {@link HeldTask#create}. */
    public Task create(Map<String, Object> spec, Runnable attachable) {
        return runtimes.call(runtime, now -> {
            if (now != driver) {
                held.close();
                begin(now);
            }
            return held.create(spec, attachable);
        });
    }

    @Override
    public void close() {
        held.close();
    }
}
