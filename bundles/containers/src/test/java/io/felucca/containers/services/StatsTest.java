package io.felucca.containers.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.containers.ContainerStats;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.ProcessTable;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What real containers use; needs root, conmon and crun or runc. */
@Tag("root")
class StatsTest {

    private TestEngine engine;
    private Containers containers;

    @BeforeEach
    void begin() throws IOException {
        engine = new TestEngine();
        containers = engine.containers();
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
    }

    @Test
    @DisplayName("stats counts what a container uses, without its runtime driver; one that does not run uses nothing")
    void stats() {
        String id = engine.run("xx", "sh", "-c", "sleep 1000 & while :; do :; done");
        engine.away.add("RuntimeDriver/oci");
        await().until(() -> containers.stats(id).cpu().totalNanos() > 50_000_000);
        ContainerStats stats = containers.stats("xx");
        assertThat(stats.pids().current()).isEqualTo(2);
        assertThat(stats.memory().usageBytes()).isPositive();
        assertThat(stats.memory().limitBytes()).isGreaterThan(100L << 20);
        assertThat(stats.systemCpuNanos()).isPositive();
        assertThat(stats.onlineCpus()).isEqualTo(Runtime.getRuntime().availableProcessors());
        engine.away.clear();
        containers.kill(id, "KILL");
        assertThat(containers.stats(id)).isEqualTo(ContainerStats.NONE);
        assertThatThrownBy(() -> containers.stats("nosuch")).hasMessage("No such container: nosuch");
    }

    @Test
    @DisplayName("top shows the processes of a container alone, by the options of ps")
    void top() {
        String id = engine.run("xx", "sleep", "1003");
        ProcessTable table = containers.top(id, "");
        assertThat(table.titles()).contains("UID", "PID", "CMD");
        assertThat(table.rows()).hasSize(1);
        assertThat(table.rows().get(0)).endsWith("sleep 1003");
        assertThat(containers.top(id, "-o pid,args").titles()).containsExactly("PID", "COMMAND");
        assertThatThrownBy(() -> containers.top(id, "-o cmd")).hasMessage("Couldn't find PID field in ps output");
        assertThatThrownBy(() -> containers.top(id, "--nosuch")).hasMessage("ps: error: unknown gnu long option");
        assertThat(containers.top(id, "-p 1").rows()).isEmpty();
        containers.kill(id, "KILL");
        assertThatThrownBy(() -> containers.top(id, "")).hasMessage("Container " + id + " is not running");
    }
}
