package io.felucca.containers.process;

import io.felucca.engine.Drivers;
import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.runtime.spi.RuntimeDriver.TaskSpec;
import java.util.function.Consumer;
import java.util.function.Function;

/** The runtime drivers, by name, each leased for the time of one call. See {@link Drivers#lease} for errors. */
public final class Runtimes {

    private final Drivers drivers;

    public Runtimes(Drivers drivers) {
        this.drivers = drivers;
    }

    public boolean has(String name) {
        return drivers.names(RuntimeDriver.class).contains(name);
    }

    public <T> T call(String name, Function<RuntimeDriver, T> work) {
        return drivers.call(RuntimeDriver.class, name, work);
    }

    public void run(String name, Consumer<RuntimeDriver> work) {
        call(name, driver -> {
            work.accept(driver);
            return null;
        });
    }

    /** Has the runtime begin with a container, whose spec may be made meanwhile. The caller closes it. */
    public BegunTask begin(String name, TaskSpec task) {
        return new BegunTask(this, name, driver -> driver.begin(task));
    }

    /** Has the runtime begin with a process in a running container. The caller closes it. */
    public BegunTask beginExec(String name, String containerId, TaskSpec task) {
        return new BegunTask(this, name, driver -> driver.beginExec(containerId, task));
    }

    /** Tells the runtime, when it is there, that a container or an exec will want it soon. */
    public void expect(String name) {
        if (has(name)) {
            run(name, RuntimeDriver::expect);
        }
    }
}
