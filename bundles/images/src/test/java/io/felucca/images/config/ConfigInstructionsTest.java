package io.felucca.images.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.images.ImageConfig;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts and results as dockerd 20.10.24 gave them for {@code import -c}, but for STOPSIGNAL, which it did not know. */
@DisplayName("import --change (S86)")
class ConfigInstructionsTest {

    private static ImageConfig apply(String... changes) {
        return ConfigInstructions.apply(ImageConfig.EMPTY, List.of(changes));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            FROM x                            | from is not a valid change command
            FOO x                             | foo is not a valid change command
            ADD x y                           | add is not a valid change command
            `# nothing`                       | file with no instructions
            ENV                               | ENV requires at least one argument
            ENV a                             | ENV must have two arguments
            ENV a=b c                         | Syntax error - can't find = in "c". Must be of the form: name=value
            ENV =b                            | ENV names can not be blank
            ENV A="q                          | failed to process "\\"q": unexpected end of statement while looking for matching double-quote
            ENV A=${B                         | failed to process "${B": missing ':' in substitution
            ENV A=${B?x}                      | failed to process "${B?x}": B: x
            LABEL                             | LABEL requires at least one argument
            LABEL a                           | LABEL must have two arguments
            LABEL =b                          | LABEL names can not be blank
            EXPOSE                            | EXPOSE requires at least one argument
            EXPOSE abc                        | Invalid containerPort: abc
            EXPOSE 70000                      | Invalid containerPort: 70000
            EXPOSE 102-100                    | Invalid containerPort: 102-100
            EXPOSE 1.2.3.4:80:90/tcp 5/xyz    | Invalid proto: xyz
            EXPOSE $P/tcp                     | No port specified: /tcp<empty>
            USER                              | USER requires exactly one argument
            WORKDIR                           | WORKDIR requires exactly one argument
            VOLUME                            | VOLUME requires at least one argument
            VOLUME [""]                       | VOLUME specified can not be an empty string
            ONBUILD                           | ONBUILD requires at least one argument
            ONBUILD FROM x                    | FROM isn't allowed as an ONBUILD trigger
            ONBUILD MAINTAINER x              | MAINTAINER isn't allowed as an ONBUILD trigger
            ONBUILD ONBUILD x                 | Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed
            HEALTHCHECK                       | HEALTHCHECK requires at least one argument
            HEALTHCHECK foo                   | Unknown type "FOO" in HEALTHCHECK (try CMD)
            HEALTHCHECK NONE x                | HEALTHCHECK NONE takes no arguments
            HEALTHCHECK CMD                   | Missing command after HEALTHCHECK CMD
            HEALTHCHECK --foo=1 CMD x         | Unknown flag: foo
            HEALTHCHECK --interval CMD x      | Missing a value on flag: interval
            HEALTHCHECK --interval=5 CMD x    | time: missing unit in duration "5"
            HEALTHCHECK --interval=abc CMD x  | time: invalid duration "abc"
            HEALTHCHECK --interval=1us CMD x  | Interval "interval" cannot be less than 1ms
            HEALTHCHECK --timeout=-1s CMD x   | Interval "timeout" cannot be less than 1ms
            HEALTHCHECK --interval=5s --interval=6s CMD x | Duplicate flag specified: interval
            HEALTHCHECK --retries=-1 CMD x    | --retries must be at least 1 (not -1)
            HEALTHCHECK --retries=x CMD x     | strconv.ParseInt: parsing "x": invalid syntax
            CMD ["a", 1]                      | when using JSON array syntax, arrays must be comprised of strings only
            """)
    void wrongInstructionsAreRefusedInDockersWords(String change, String message) {
        assertThatThrownBy(() -> apply(change))
                .isInstanceOf(FeluccaException.class)
                .hasMessage(message)
                .hasFieldOrPropertyWithValue("kind", FeluccaException.Kind.INVALID);
    }

    @Test
    void commandsHaveTheFormsOfDockersDocumentation() {
        assertThat(apply("CMD [\"sh\"]").cmd()).containsExactly("sh");
        assertThat(apply("CMD echo \"hi\"  there").cmd()).containsExactly("/bin/sh", "-c", "echo \"hi\"  there");
        assertThat(apply("CMD").cmd()).containsExactly("/bin/sh", "-c");
        assertThat(apply("cmd [ 'a' ]").cmd()).containsExactly("/bin/sh", "-c", "[ 'a' ]");
        assertThat(apply("ENTRYPOINT a b").entrypoint()).containsExactly("/bin/sh", "-c", "a b");
        assertThat(apply("ENTRYPOINT").entrypoint()).isNull();
        assertThat(apply("# c", "CMD a \\", " b").cmd()).containsExactly("/bin/sh", "-c", "a  b");
    }

    @Test
    void environmentTakesQuotesEscapesAndVariables() {
        assertThat(apply("ENV A=b  C=\"d e\" F='g h'", "ENV old style value").env())
                .containsExactly("A=b", "C=d e", "F=g h", "old=style value");
        assertThat(apply("ENV A=$B ${C:-x}=y").env()).containsExactly("A=", "x=y");
        assertThat(apply("ENV A='x$Y' B=\"\\$Z\" C=\\$P").env()).containsExactly("A=x$Y", "B=$Z", "C=$P");
        assertThat(apply("ENV A=1", "ENV A=${A:+y}${B:-z}$A-${A}_").env()).containsExactly("A=yz1-1_");
        assertThat(apply("ENV a b=c").env()).containsExactly("a=b=c");
        assertThat(apply("ENV A=$PATH B=x\\ y", "ENV A=2").env()).containsExactly("A=2", "B=x y");
    }

    @Test
    void labelsPortsVolumesAndTheRest() {
        ImageConfig config = apply(
                "LABEL x=y z=\"q r\"",
                "LABEL a b c",
                "LABEL \"k l\"=m",
                "ENV P=7",
                "EXPOSE 80 90/udp 100-102 $P/tcp ${P}1 81/TCP",
                "VOLUME /data /d2",
                "VOLUME [\"/a b\",\"/c\"]",
                "USER \"5\"",
                "WORKDIR /tmp",
                "WORKDIR sub",
                "ONBUILD  run  a   b",
                "STOPSIGNAL SIGINT");

        assertThat(config.labels())
                .containsOnly(
                        java.util.Map.entry("x", "y"),
                        java.util.Map.entry("z", "q r"),
                        java.util.Map.entry("a", "b c"),
                        java.util.Map.entry("k l", "m"));
        assertThat(config.exposedPorts())
                .containsExactlyInAnyOrder(
                        "80/tcp", "81/tcp", "90/udp", "100/tcp", "101/tcp", "102/tcp", "7/tcp", "71/tcp");
        assertThat(config.volumes()).containsExactlyInAnyOrder("/data", "/d2", "/a b", "/c");
        assertThat(config.user()).isEqualTo("5");
        assertThat(config.workingDir()).isEqualTo("/tmp/sub");
        assertThat(config.onBuild()).containsExactly("run  a   b");
        assertThat(config.stopSignal()).isEqualTo("SIGINT");
    }

    @Test
    void healthchecks() {
        assertThat(apply("HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=2h --retries=3 CMD [\"a\"]")
                        .healthcheck())
                .isEqualTo(new ImageConfig.Healthcheck(
                        List.of("CMD", "a"), 90_000_000_000L, 1_500_000_000L, 7_200_000_000_000L, 0, 3));
        assertThat(apply("HEALTHCHECK CMD true \"x  y\"").healthcheck().test())
                .containsExactly("CMD-SHELL", "true \"x  y\"");
        assertThat(apply("HEALTHCHECK --interval=5s NONE").healthcheck()).isEqualTo(ImageConfig.Healthcheck.NONE);
    }
}
