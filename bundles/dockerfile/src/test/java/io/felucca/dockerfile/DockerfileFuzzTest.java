package io.felucca.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Dockerfiles that are broken at random: the same ones at each run, since the generator is seeded. */
class DockerfileFuzzTest {

    private static final int ROUNDS = 5_000;

    private static final String WHOLE = """
            # syntax=docker/dockerfile:1
            # escape=\\
            ARG BASE=busybox:${TAG:-latest}
            FROM --platform=linux/amd64 $BASE AS first
            RUN --mount=type=cache,id=x,target=/c,sharing=locked --network=none apk add \\
              # a comment in between
              --no-cache curl
            RUN ["sh", "-c", "echo \\"quoted\\" \\u00e9"]
            RUN <<EOF
            echo $HOME
            EOF
            COPY --chown=1:2 --chmod=0644 --from=first ["a b", "/c/"]
            COPY <<one <<-"two" /d/
            1
            one
            \t2
            two
            ADD --checksum=sha256:0 https://127.0.0.1/x /x
            ENV A=b C="d e" F=${A%b*} G=${A:+x} H=${A/b/c}
            ENV old form of it
            LABEL "a.b"="c" d='e'
            EXPOSE 80/tcp 8000-8010/udp
            VOLUME ["/v", "/w"]
            USER 1:2
            WORKDIR /w
            SHELL ["/bin/sh", "-ec"]
            STOPSIGNAL SIGTERM
            HEALTHCHECK --interval=1m30s --retries=3 CMD curl localhost || exit 1
            ONBUILD RUN true
            MAINTAINER me
            CMD ["a"]
            ENTRYPOINT exec b
            """;

    private static final List<String> PIECES = List.of(
            "\\",
            "\\\n",
            "\n",
            "<<EOF",
            "<<",
            "${",
            "}",
            "$",
            "\"",
            "'",
            "[",
            "]",
            ",",
            "=",
            "--",
            "--mount=",
            "#",
            "\0",
            "\u00ff",
            "\ud800",
            "ONBUILD ",
            "FROM ",
            "RUN ",
            "COPY ",
            "HEALTHCHECK ",
            " ",
            "\t",
            "\r\n",
            "\ufeff",
            "99999999999999999999",
            "-1",
            ":-",
            "%%",
            "##",
            "//");

    private static String broken(Random random) {
        StringBuilder text = new StringBuilder();
        List<String> lines = new ArrayList<>(Arrays.asList(WHOLE.split("\n")));
        for (int i = random.nextInt(6); i > 0; i--) {
            lines.add(random.nextInt(lines.size()), lines.get(random.nextInt(lines.size())));
        }
        int from = random.nextInt(3) == 0 ? random.nextInt(lines.size()) : 0;
        lines.subList(from, lines.size()).forEach(line -> text.append(line).append('\n'));
        for (int i = random.nextInt(8); i > 0; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> text.delete(at, Math.min(text.length() - 1, at + random.nextInt(12)));
                default -> text.setCharAt(at, (char) random.nextInt(128));
            }
        }
        return text.toString();
    }

    private static boolean parses(String text) {
        try {
            for (Dockerfile.Step step : Dockerfile.parse(text).steps()) {
                assertThat(step.lastLine()).isBetween(1, text.split("\n", -1).length);
                if (step.instruction() instanceof Instruction.Run run) {
                    run.flags().stream()
                            .filter(flag -> flag.name().equals("mount"))
                            .forEach(flag -> RunMount.parse(flag.value()));
                }
                Words.expand(step.original(), Map.of("A", "b"), '\\');
            }
            return true;
        } catch (FeluccaException e) {
            assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.INVALID);
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
    }

    @Test
    @DisplayName("S40: whatever a Dockerfile is, it is read or refused with words")
    void readOrRefused() {
        assertThat(parses(WHOLE)).isTrue();
        Random random = new Random(13);
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            String text = broken(random);
            try {
                read += parses(text) ? 1 : 0;
            } catch (RuntimeException | StackOverflowError e) {
                fail("round " + i + " of this Dockerfile: " + text, e);
            }
        }
        assertThat(read).isBetween(ROUNDS / 20, ROUNDS * 19 / 20);
    }
}
