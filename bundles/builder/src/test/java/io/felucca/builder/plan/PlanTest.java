package io.felucca.builder.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.builder.plan.Plan.Shared;
import io.felucca.dockerfile.Dockerfile;
import java.util.List;
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

    private static Plan plan(String dockerfile) {
        return Plan.of(Dockerfile.parse(dockerfile), "");
    }

    private static List<Integer> built(String dockerfile) {
        return plan(dockerfile).stages().stream().map(Plan.Stage::index).toList();
    }

    @Test
    @DisplayName("a stage that nothing needs is left out")
    void whatNothingNeedsIsLeftOut() {
        assertThat(built("FROM a AS one\nFROM a AS two\nFROM a\nCOPY --from=two /x /x\n"))
                .containsExactly(1, 2);
        assertThat(built("FROM a AS one\nFROM a AS two\nFROM a\nRUN --mount=from=one,target=/m true\n"))
                .containsExactly(0, 2);
    }

    @Test
    @DisplayName("a name that only arguments tell may be that of any stage before")
    void aNameInAnArgumentMayBeAnyStage() {
        assertThat(built("ARG X\nFROM a AS one\nFROM $X AS two\nFROM a AS three\nFROM two\n"))
                .containsExactly(0, 1, 3);
        assertThat(built("FROM a AS one\nFROM a AS two\nFROM a\nARG X=one\nCOPY --from=$X /x /x\n"))
                .containsExactly(0, 1, 2);
    }

    @Test
    @DisplayName("the first steps that two stages have in common are told, with the stage that makes them")
    void commonStepsAreTold() {
        String all = "COPY --from=one /x /x\nCOPY --from=two /x /x\nCOPY --from=three /x /x\n";
        Plan plan = plan("FROM a AS one\nRUN x\nRUN y\nFROM a AS two\nRUN x\nRUN z\n"
                + "FROM a AS three\nRUN x\nRUN z\nRUN y\nFROM b\n" + all);

        assertThat(plan.shared()).isEqualTo(Map.of(1, new Shared(0, 2), 2, new Shared(1, 3)));
    }
}
