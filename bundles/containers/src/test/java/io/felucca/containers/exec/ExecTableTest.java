package io.felucca.containers.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.containers.Containers.ExecSpec;
import io.felucca.linux.Poller;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
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
}
