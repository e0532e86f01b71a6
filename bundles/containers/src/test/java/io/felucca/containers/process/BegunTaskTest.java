package io.felucca.containers.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.engine.Drivers;
import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.runtime.spi.RuntimeDriver.HeldTask;
import io.felucca.runtime.spi.RuntimeDriver.Task;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BegunTaskTest {

    private final List<String> calls = new ArrayList<>();
    private RuntimeDriver leased = driver("first");
    private int leases;
    private final Runtimes runtimes = new Runtimes((Drivers) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Drivers.class}, (self, method, arguments) -> {
                if (!method.getName().equals("call")) {
                    throw new IllegalStateException(method.getName());
                }
                leases++;
                try {
                    @SuppressWarnings("unchecked") // as Runtimes calls it
                    var work = (java.util.function.Function<RuntimeDriver, ?>) arguments[2];
                    return work.apply(leased);
                } finally {
                    leases--;
                }
            }));

    private RuntimeDriver driver(String name) {
        return (RuntimeDriver) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {RuntimeDriver.class}, (self, method, arguments) -> {
                    if (method.getName().equals("equals")) {
                        return self == arguments[0];
                    }
                    calls.add(name + " " + method.getName());
                    return new Held(name);
                });
    }

    private final class Held implements HeldTask {

        private final String name;

        Held(String name) {
            this.name = name;
        }

        @Override
        public Task create(Map<String, Object> spec, Runnable attachable) {
            calls.add(name + " creates " + spec);
            return new Task(1, 2);
        }

        @Override
        public void close() {
            calls.add(name + " closes");
        }
    }

    @Test
    @DisplayName("no driver is leased between begin and create")
    void noLease() {
        try (BegunTask task = runtimes.begin("oci", null)) {
            assertThat(leases).isZero();
            assertThat(task.create(Map.of("a", "b"), () -> {})).isEqualTo(new Task(1, 2));
            assertThat(leases).isZero();
        }
        assertThat(calls).containsExactly("first begin", "first creates {a=b}", "first closes");
    }

    @Test
    @DisplayName("a driver that is replaced between begin and create is followed by one that begins anew")
    void replaced() {
        try (BegunTask task = runtimes.beginExec("oci", "c1", null)) {
            leased = driver("second");
            task.create(Map.of(), () -> {});
        }
        assertThat(calls)
                .containsExactly(
                        "first beginExec", "first closes", "second beginExec", "second creates {}", "second closes");
    }
}
