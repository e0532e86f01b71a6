package io.felucca.itests.builder;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.StoredFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Stages of a Dockerfile that run at once. */
@Timeout(300)
class ParallelStagesIT {

    /** Steps that wait for one another by files of a cache that they share: as often as they look, about a minute. */
    private static final String MEET = "RUN --mount=type=cache,id=meet,target=/m touch /m/ME; i=0; "
            + "while [ ! -e /m/OTHER ]; do i=$((i+1)); [ $i -lt 600 ] || exit 7; sleep 0.1; done; echo ME met OTHER\n";

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path context;

    @AfterEach
    void removeOtherImages() {
        engine.removeContainers();
        if (engine.ok("images", "-q", "made").length() > 0) {
            engine.ok("rmi", "-f", "made");
        }
        engine.ok("builder", "prune", "-f");
    }

    private static String meet(String me, String other) {
        return MEET.replace("ME", me).replace("OTHER", other);
    }

    private String[] words(String... options) {
        List<String> words = new ArrayList<>(List.of("build"));
        words.addAll(List.of(options));
        words.add(context.toString());
        return words.toArray(String[]::new);
    }

    private Program felucca(String... options) {
        return engine.felucca(words(options));
    }

    private void dockerfile(String text) throws IOException {
        Files.writeString(context.resolve("Dockerfile"), text);
    }

    private static List<String> numbers(String out) {
        return Pattern.compile("(?m)^Step ([0-9]+)/[0-9]+ : ")
                .matcher(out)
                .results()
                .map(MatchResult::group)
                .map(text -> text.replaceAll("^Step |/.*$", ""))
                .toList();
    }

    private void requireNothingLeft() {
        EngineUnderTest.await()
                .untilAsserted(() -> assertThat(engine.ok("ps", "-aq")).isEmpty());
        EngineUnderTest.await()
                .untilAsserted(() -> assertThat(StoredFiles.ofBuilds(engine)).isEmpty());
    }

    @Test
    @DisplayName("stages that do not depend on one another run at once; they are shown in the Dockerfile's order")
    void stagesRunAtOnce() throws IOException {
        dockerfile("FROM busybox AS one\n" + meet("a", "b") + meet("c", "d") + "RUN echo 1 >/one\n"
                + "FROM busybox AS two\n" + meet("b", "a") + "RUN echo 2 >/two\n"
                + "FROM busybox\n" + meet("d", "c")
                + "COPY --from=one /one /\nCOPY --from=two /two /\nRUN cat /one /two\n");

        String docker =
                engine.docker("1.41", words("-t", "made")).run().requireOk().out();

        assertThat(numbers(docker)).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12");
        assertThat(docker.replaceAll("(?m)^(Step|Removing| --->).*\n", ""))
                .endsWith("a met b\nc met d\nb met a\nd met c\n1\n2\n"
                        + docker.substring(docker.indexOf("Successfully built")));
        requireNothingLeft();

        engine.ok("builder", "prune", "-f");
        String felucca = felucca("-t", "made", "--no-cache").run().requireOk().out();
        assertThat(felucca).contains("\na met b\n", "\nc met d\n", "\nb met a\n", "\nd met c\n", "\n1\n2\n");
        assertThat(numbers(felucca)).isEqualTo(numbers(docker));
        assertThat(felucca("-t", "made").run().requireOk().out()).contains("Using cache");
    }

    @Test
    @DisplayName("S39: a stage that fails ends the others at once, is shown with its output, and nothing stays")
    void aFailureEndsTheOthers() throws IOException {
        dockerfile("FROM busybox AS one\n"
                + "RUN --mount=type=cache,id=meet,target=/m printf half; touch /m/one; exec sleep 1000\n"
                + "FROM busybox AS two\n"
                + "RUN echo before\n"
                + "RUN --mount=type=cache,id=meet,target=/m while [ ! -e /m/one ]; do sleep 0.1; done; echo told; exit 9\n"
                + "FROM busybox AS three\n"
                + "RUN exec sleep 1001\n"
                + "FROM scratch\nCOPY --from=one / /1\nCOPY --from=two / /2\nCOPY --from=three / /3\n");

        Result result = felucca("--force-rm").run();

        assertThat(result.exit()).isEqualTo(9);
        assertThat(result.err())
                .startsWith("The command '/bin/sh -c while [ ! -e /m/one ]; do sleep 0.1; done; echo told; exit 9' "
                        + "returned a non-zero code: 9\nDockerfile:5\n")
                .contains("   5 | >>> RUN --mount");
        assertThat(result.out()).contains("\nStep 3/", "\nbefore\n", "\ntold\n");
        assertThat(numbers(result.out())).containsExactly("1", "2", "3", "4", "5");
        requireNothingLeft();
    }

    @Test
    @DisplayName("S38: an interrupt ends all stages that run")
    void anInterruptEndsAllStages() throws IOException {
        dockerfile("FROM busybox AS one\nRUN exec sleep 1000\nFROM busybox AS two\nRUN exec sleep 1001\n"
                + "FROM scratch\nCOPY --from=one / /1\nCOPY --from=two / /2\n");
        Program.Running build = felucca().start();
        EngineUnderTest.await()
                .untilAsserted(() ->
                        assertThat(engine.felucca("ps", "-q").run().lines()).hasSize(2));

        build.signal("INT");

        assertThat(build.finish().exit()).isEqualTo(130);
        requireNothingLeft();
    }

    @Test
    @DisplayName("a step that two stages begin with runs once; a stage that nothing needs does not run")
    void commonStepsRunOnce() throws IOException {
        dockerfile("FROM busybox AS never\nRUN exit 3\n"
                + "FROM busybox AS one\nRUN echo common | tee /f\nRUN echo 1 >/one\n"
                + "FROM busybox AS two\nRUN echo common | tee /f\nRUN echo 2 >/two\n"
                + "FROM scratch\nCOPY --from=one /one /\nCOPY --from=two /two /\n");

        String out = felucca().run().requireOk().out();

        assertThat(out).containsOnlyOnce("\ncommon\n").containsOnlyOnce(" ---> Using cache\n");
        assertThat(out).doesNotContain("exit 3").contains("Step 5/9 : RUN echo common | tee /f\n ---> Using cache\n");
    }

    @Test
    @DisplayName("S55: stages that lock the same caches in another order do not wait for each other without end")
    void lockedCachesAreTakenInOneOrder() throws IOException {
        String step = "RUN --mount=type=cache,id=ONE,target=/1,sharing=locked "
                + "--mount=type=cache,id=TWO,target=/2,sharing=locked i=NUMBER; sleep 0.1\n";
        StringBuilder there = new StringBuilder("FROM busybox AS there\n");
        StringBuilder back = new StringBuilder("FROM busybox AS back\n");
        for (int i = 0; i < 5; i++) {
            there.append(step.replace("ONE", "a").replace("TWO", "b").replace("NUMBER", i + "0"));
            back.append(step.replace("ONE", "b").replace("TWO", "a").replace("NUMBER", i + "1"));
        }
        dockerfile(there + back.toString()
                + "FROM scratch\nCOPY --from=there /bin/busybox /1\nCOPY --from=back /bin/busybox /2\n");

        felucca().run().requireOk();
    }
}
