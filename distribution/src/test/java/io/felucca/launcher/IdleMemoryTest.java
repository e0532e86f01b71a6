package io.felucca.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("memory is given back")
class IdleMemoryTest {

    @Test
    void whenWorkIsOver() {
        assertThat(IdleMemory.isDue(500, 0)).isTrue();
        assertThat(IdleMemory.isDue(41, 3)).isTrue();
    }

    @Test
    void notWhileItGoesOn() {
        assertThat(IdleMemory.isDue(5_000, 100)).isFalse();
    }

    @Test
    void notAgainForWhatAnIdleEngineDoes() {
        assertThat(IdleMemory.isDue(10, 1)).isFalse();
    }
}
