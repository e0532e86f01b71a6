package io.felucca.containers.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.containers.Container;
import io.felucca.networks.PortBinding;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ports of a running container that change, and engines that are killed meanwhile. */
@Tag("root")
class PublishTest {

    private static final Map<String, List<PortBinding>> OLD = Map.of("80/tcp", List.of(new PortBinding("", "8080")));
    private static final Map<String, List<PortBinding>> NEW = Map.of("81/tcp", List.of(new PortBinding("", "8081")));

    private TestEngine engine;
    private String id;

    @BeforeEach
    void begin() throws IOException {
        engine = new TestEngine();
        id = engine.run("xx", "sleep", "1000");
        engine.containers().publish("xx", OLD);
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
    }

    /** All three say the same: what was asked for, what is in the kernel, what is on record of it. */
    private void assertPublished(Map<String, List<PortBinding>> ports) {
        Container container = engine.containers().get("xx");
        assertThat(container.hostConfig().portBindings()).isEqualTo(ports);
        assertThat(container.networkSettings().sandbox().ports()).isEqualTo(ports);
        assertThat(engine.published).containsEntry(id, ports);
    }

    @ParameterizedTest
    @ValueSource(strings = {"before publish", "after publish"})
    @DisplayName(
            "B4: a change of ports that a kill cut, before or after the kernel had it, is finished by the next engine")
    void B4_killedInPublish(String step) throws Exception {
        assertPublished(OLD);
        engine.crashAt(step);
        assertThatThrownBy(() -> engine.containers().publish("xx", NEW)).isInstanceOf(TestEngine.Killed.class);
        engine.end();
        engine.begin();

        await().untilAsserted(() -> assertPublished(NEW));
        engine.end();
        engine.begin();
        assertPublished(NEW);
    }

    @Test
    @DisplayName("B4: a change of ports that is refused leaves all as it was, also for the next engine")
    void B4_refused() {
        engine.failAt("before publish");
        assertThatThrownBy(() -> engine.containers().publish("xx", NEW)).isInstanceOf(FeluccaException.class);
        assertPublished(OLD);
        engine.end();
        engine.begin();
        assertPublished(OLD);
    }

    @Test
    @DisplayName("B4: what a kill cut and the next engine cannot finish is taken back")
    void B4_cannotBeFinished() {
        engine.crashAt("before publish");
        assertThatThrownBy(() -> engine.containers().publish("xx", NEW)).isInstanceOf(TestEngine.Killed.class);
        engine.end();
        engine.failAt("before publish");
        engine.begin();

        await().untilAsserted(() -> assertPublished(OLD));
    }

    @Test
    @DisplayName("B3 B4: what a kill cut and no driver is there for is finished when the driver comes")
    void B4_finishedWhenTheDriverComes() {
        engine.crashAt("before publish");
        assertThatThrownBy(() -> engine.containers().publish("xx", NEW)).isInstanceOf(TestEngine.Killed.class);
        engine.end();
        engine.away.add("PortMapper");
        engine.begin();

        await().until(() -> engine.refused.get() > 0);
        engine.networkUsers().driverCame();
        Container container = engine.containers().get("xx");
        assertThat(container.hostConfig().portBindings()).isEqualTo(NEW);
        assertThat(container.networkSettings().sandbox().ports()).isEqualTo(OLD);
        assertThat(engine.published).containsEntry(id, OLD);

        engine.away.clear();
        engine.networkUsers().driverCame();
        assertPublished(NEW);
    }
}
