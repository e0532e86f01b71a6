package io.felucca.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReadinessTest {

    private static final String WAITS =
            "component io.felucca.containers.services.ContainerCore waits for io.felucca.engine.EngineRoot";
    private static final String FOLLOWS = "component io.felucca.docker.api.DockerApi failed:"
            + " java.lang.InstantiationException: Unable to get service for reference root";
    private static final String DAMAGED = "component io.felucca.engine.root.LockedRoot failed: engine id in"
            + " /d/engine-id is not 12 hexadecimal digits: restore the file";

    @Test
    @DisplayName("issue 11: of many components that are not there, the one is named that cannot be, with its file and"
            + " remedy")
    void theCauseIsNamedAlone() {
        assertThat(Readiness.reasons(List.of(WAITS, FOLLOWS, DAMAGED, WAITS))).containsExactly(DAMAGED);
    }

    @Test
    @DisplayName("issue 11: where no component failed of itself, all that wait are named")
    void withoutACauseAllAreNamed() {
        assertThat(Readiness.reasons(List.of(WAITS, FOLLOWS))).containsExactly(WAITS, FOLLOWS);
        assertThat(Readiness.reasons(List.of())).isEmpty();
    }
}
