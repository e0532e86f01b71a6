package io.felucca.containers.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.containers.Containers.ExecSpec;
import io.felucca.linux.Poller;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T25: execs that a client creates, or that ended, take bounded memory. */
@Timeout(120)
class ExecTableTest {

    private final List<Runnable> timers = new ArrayList<>();
    private final Poller poller = (Poller)
            Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Poller.class}, (self, m, a) -> {
                timers.add((Runnable) a[1]);
                return (AutoCloseable) () -> {};
            });
    private final ExecTable table = new ExecTable(poller);

    private static ExecProcess exec(int number, int bytes) {
        ExecSpec spec =
                new ExecSpec(List.of("x".repeat(bytes / 2)), false, true, true, false, "", "", List.of("A=b"), false);
        return new ExecProcess("exec" + number, null, spec, null);
    }

    @Test
    @DisplayName("So many are created and not started, and no more until one is started or its container stops")
    void created() {
        table.created(exec(0, 1 << 20));
        assertThatThrownBy(() -> {
                    for (int i = 1; i < 100; i++) {
                        table.created(exec(i, 1 << 20));
                    }
                })
                .isInstanceOf(FeluccaException.class)
                .hasMessageMatching("cannot create another exec: 1[0-9] are created and not started: .*");
        table.started(table.get("exec0"));
        table.created(exec(200, 1 << 20));
        assertThatThrownBy(() -> table.created(exec(201, 1 << 20))).isInstanceOf(FeluccaException.class);
        assertThat(table.get("exec0")).isNotNull();
        table.forgetAllOf(null);
        assertThat(table.all()).isEmpty();
        table.created(exec(202, 1 << 20));
    }

    @Test
    @DisplayName("Of those that ended the first are forgotten when they are many; one timer waits for all")
    void ended() {
        for (int i = 0; i < 100; i++) {
            ExecProcess exec = exec(i, 1 << 20);
            table.created(exec);
            table.started(exec);
            table.ended(exec);
        }
        assertThat(table.get("exec99")).isNotNull();
        assertThat(table.get("exec0")).isNull();
        assertThat(table.all()).hasSizeBetween(10, 16);
        assertThat(timers).hasSize(1);
        timers.get(0).run();
        assertThat(table.all()).as("not five minutes old").hasSizeBetween(10, 16);
        assertThat(timers).hasSize(2);
    }

    @Test
    @DisplayName("Execs that ended and can be asked for hold no buffer (4,096 of them ended the engine)")
    void buffers() throws Exception {
        try (TestEngine engine = new TestEngine()) {
            engine.run("xx", "sleep", "100");
            BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .filter(pool -> pool.getName().equals("direct"))
                    .findFirst()
                    .orElseThrow();
            // Threads have buffers of their own: those that serve execs are there after a few.
            for (int i = 0; i < 30; i++) {
                runExec(engine);
            }
            System.gc();
            long before = direct.getMemoryUsed();
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                ids.add(runExec(engine));
            }
            System.gc();
            assertThat(direct.getMemoryUsed() - before).isLessThan(3 << 20);
            assertThat(ids).allMatch(id -> engine.containers().getExec(id).exitCode() == 0);
        }
    }

    private static String runExec(TestEngine engine) throws Exception {
        ExecSpec spec = new ExecSpec(List.of("echo", "x"), false, true, true, false, "", "", List.of(), false);
        String id = engine.containers().createExec("xx", spec);
        engine.containers()
                .startExec(id, (stderr, bytes, offset, length) -> true)
                .done()
                .get(60, TimeUnit.SECONDS);
        engine.containers().awaitExec(id).get(60, TimeUnit.SECONDS);
        return id;
    }
}
