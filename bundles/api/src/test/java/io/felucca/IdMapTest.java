package io.felucca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class IdMapTest {

    private final IdMap map = new IdMap(
            List.of(new IdMap.Range(0, 100_000, 1_000), new IdMap.Range(1_000, 500_000, 10)),
            List.of(new IdMap.Range(0, 200_000, 65_536)));

    @Test
    void findsTheHostsIdInEachRange() {
        assertThat(map.rootUid()).isEqualTo(100_000);
        assertThat(map.rootGid()).isEqualTo(200_000);
        assertThat(map.outsideUid(999)).isEqualTo(100_999);
        assertThat(map.outsideUid(1_009)).isEqualTo(500_009);
    }

    @Test
    void refusesAnIdOutsideTheMap() {
        assertThatThrownBy(() -> map.outsideUid(1_010)).hasMessageContaining("id 1010 is outside");
    }

    @Test
    void anEmptyMapLeavesIdsAsTheyAre() {
        assertThat(IdMap.NONE.isNone()).isTrue();
        assertThat(IdMap.NONE.outsideGid(42)).isEqualTo(42);
    }
}
