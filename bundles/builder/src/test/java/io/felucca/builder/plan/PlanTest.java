package io.felucca.builder.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.dockerfile.Dockerfile;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final Dockerfile THREE =
            Dockerfile.parse("FROM scratch AS one\nENV A=1\nFROM one AS two\nFROM scratch AS three\nENV C=3\n");

    @Test
    @DisplayName("labels of the request are the last instructions of the target, whichever stage that is")
    void labelsAreTheTargets() {
        for (String target : new String[] {"one", "two", "three", ""}) {
            Plan plain = Plan.of(THREE, target);
            Plan plan = plain.labelled(Map.of("b", "2", "a", "1"));

            Plan.Stage last = plan.stages().get(plan.stages().size() - 1);
            assertThat(last.steps()
                            .subList(last.steps().size() - 2, last.steps().size()))
                    .extracting(Dockerfile.Step::original)
                    .containsExactly("LABEL a=1", "LABEL b=2");
            assertThat(plan.count()).isEqualTo(plain.count() + 2);
        }
    }

    @Test
    @DisplayName("a stage that the target does not need is not built")
    void onlyWhatIsNeeded() {
        assertThat(Plan.of(THREE, "two").stages()).extracting(Plan.Stage::name).containsExactly("one", "two");
        assertThat(Plan.of(THREE, "").stages()).extracting(Plan.Stage::name).containsExactly("three");
    }
}
