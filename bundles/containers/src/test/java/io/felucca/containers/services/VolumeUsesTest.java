package io.felucca.containers.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.volumes.VolumeUsers.Use;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What volumes are told of containers; needs root, conmon and crun or runc. */
@Tag("root")
class VolumeUsesTest {

    private TestEngine engine;
    private final List<Use> whileMounted = new ArrayList<>();

    @BeforeEach
    void begin() throws IOException {
        engine = new TestEngine();
        engine.volumes.mounting = () -> whileMounted.addAll(uses());
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
    }

    private List<Use> uses() {
        return engine.volumes.users.usesOf("data");
    }

    private String create(boolean autoRemove) {
        return create(autoRemove, "sleep", "1000");
    }

    private String create(boolean autoRemove, String... command) {
        return engine.containers()
                .create(TestEngine.with(
                        TestEngine.spec("user", autoRemove, command),
                        Map.of("binds", List.of("data:/data"), "autoRemove", autoRemove)))
                .id();
    }

    @Test
    @DisplayName(
            "B9 a container has its volume from the moment on in which a start mounts it: no restore comes between")
    void aStartIsAUse() {
        String id = create(false);
        assertThat(uses()).containsExactly(new Use(id, false));
        engine.containers().start(id);
        assertThat(whileMounted).containsExactly(new Use(id, true));
        assertThat(uses()).containsExactly(new Use(id, true));

        engine.containers().kill(id, null);
        await().untilAsserted(() -> assertThat(uses()).containsExactly(new Use(id, false)));
    }

    @Test
    @DisplayName("A start that fails is no use any more")
    void aFailedStartIsNone() {
        String id = create(false, "nosuch");
        assertThatThrownBy(() -> engine.containers().start(id)).hasMessageContaining("executable file not found");
        assertThat(whileMounted).containsExactly(new Use(id, true));
        assertThat(uses()).containsExactly(new Use(id, false));
        assertThat(engine.volumes.mounted()).isEmpty();
    }

    @Test
    @DisplayName("A volume is on the disk when its container is acknowledged, and else the container is not made")
    void createWaitsForTheDisk() {
        engine.volumes.disk = FeluccaException.system("the disk fails");
        assertThatThrownBy(() -> create(false)).hasMessage("the disk fails");
        assertThat(engine.volumes.names()).isEmpty();
        assertThat(engine.containers().list(true, Map.of())).isEmpty();
    }

    @Test
    @DisplayName("What a container that removes itself writes to is on the disk before its process begins")
    void startWaitsForTheDisk() {
        engine.volumes.disk = FeluccaException.system("the disk fails");
        String id = create(true);
        assertThatThrownBy(() -> engine.containers().start(id)).hasMessage("the disk fails");
        assertThat(engine.volumes.mounted()).isEmpty();
        assertThat(engine.events).doesNotContain("start " + id);
    }
}
