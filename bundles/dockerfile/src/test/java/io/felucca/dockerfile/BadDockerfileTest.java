package io.felucca.dockerfile;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole messages as dockerd 20.10.24 gave them for these Dockerfiles. */
@DisplayName("wrong Dockerfiles are refused in Docker's words (S38 to S82)")
class BadDockerfileTest {

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("# only", "failed to parse Dockerfile: file with no instructions"),
                Arguments.of("FOO bar", "dockerfile parse error line 1: unknown instruction: FOO"),
                Arguments.of("FROM", "dockerfile parse error line 1: FROM requires either one or three arguments"),
                Arguments.of("FROM a b", "dockerfile parse error line 1: FROM requires either one or three arguments"),
                Arguments.of(
                        "FROM busybox AS",
                        "dockerfile parse error line 1: FROM requires either one or three arguments"),
                Arguments.of(
                        "FROM busybox AS 1x",
                        "dockerfile parse error line 1: invalid name for build stage: \"1x\", name can't start with a number or contain symbols"),
                Arguments.of(
                        "FROM busybox AS x y",
                        "dockerfile parse error line 1: FROM requires either one or three arguments"),
                Arguments.of("RUN ls", "no build stage in current context"),
                Arguments.of("ARG A\nRUN x", "no build stage in current context"),
                Arguments.of(
                        "FROM busybox\nRUN [\"a\", 1]",
                        "failed to parse Dockerfile: when using JSON array syntax, arrays must be comprised of strings only"),
                Arguments.of(
                        "FROM busybox\nCOPY a",
                        "dockerfile parse error line 2: COPY requires at least two arguments, but only one was provided. Destination could not be determined"),
                Arguments.of(
                        "FROM busybox\nCOPY",
                        "dockerfile parse error line 2: COPY requires at least two arguments, but only one was provided. Destination could not be determined"),
                Arguments.of(
                        "FROM busybox\nADD a",
                        "dockerfile parse error line 2: ADD requires at least two arguments, but only one was provided. Destination could not be determined"),
                Arguments.of("FROM busybox\nENV", "dockerfile parse error line 2: ENV requires at least one argument"),
                Arguments.of("FROM busybox\nENV a", "failed to parse Dockerfile: ENV must have two arguments"),
                Arguments.of("FROM busybox\nENV =b", "dockerfile parse error line 2: ENV names can not be blank"),
                Arguments.of(
                        "FROM busybox\nENV a=b c",
                        "failed to parse Dockerfile: Syntax error - can't find = in \"c\". Must be of the form: name=value"),
                Arguments.of(
                        "FROM busybox\nLABEL", "dockerfile parse error line 2: LABEL requires at least one argument"),
                Arguments.of("FROM busybox\nLABEL a", "failed to parse Dockerfile: LABEL must have two arguments"),
                Arguments.of(
                        "FROM busybox\nEXPOSE", "dockerfile parse error line 2: EXPOSE requires at least one argument"),
                Arguments.of(
                        "FROM busybox\nVOLUME", "dockerfile parse error line 2: VOLUME requires at least one argument"),
                Arguments.of(
                        "FROM busybox\nVOLUME [\"\"]",
                        "dockerfile parse error line 2: VOLUME specified can not be an empty string"),
                Arguments.of("FROM busybox\nUSER", "dockerfile parse error line 2: USER requires exactly one argument"),
                Arguments.of(
                        "FROM busybox\nWORKDIR",
                        "dockerfile parse error line 2: WORKDIR requires exactly one argument"),
                Arguments.of(
                        "FROM busybox\nSHELL ls",
                        "dockerfile parse error line 2: SHELL requires the arguments to be in JSON form"),
                Arguments.of(
                        "FROM busybox\nSHELL []",
                        "dockerfile parse error line 2: SHELL requires at least one argument"),
                Arguments.of(
                        "FROM busybox\nSHELL", "dockerfile parse error line 2: SHELL requires at least one argument"),
                Arguments.of(
                        "FROM busybox\nSTOPSIGNAL",
                        "dockerfile parse error line 2: STOPSIGNAL requires exactly one argument"),
                Arguments.of(
                        "FROM busybox\nHEALTHCHECK",
                        "dockerfile parse error line 2: HEALTHCHECK requires at least one argument"),
                Arguments.of(
                        "FROM busybox\nHEALTHCHECK FOO",
                        "dockerfile parse error line 2: Unknown type \"FOO\" in HEALTHCHECK (try CMD)"),
                Arguments.of(
                        "FROM busybox\nHEALTHCHECK NONE x",
                        "dockerfile parse error line 2: HEALTHCHECK NONE takes no arguments"),
                Arguments.of(
                        "FROM busybox\nHEALTHCHECK CMD",
                        "dockerfile parse error line 2: Missing command after HEALTHCHECK CMD"),
                Arguments.of(
                        "FROM busybox\nHEALTHCHECK --interval=x CMD a",
                        "dockerfile parse error line 2: time: invalid duration \"x\""),
                Arguments.of(
                        "FROM busybox\nHEALTHCHECK --interval=1us CMD a",
                        "dockerfile parse error line 2: Interval \"interval\" cannot be less than 1ms"),
                Arguments.of(
                        "FROM busybox\nHEALTHCHECK --retries=-1 CMD a",
                        "dockerfile parse error line 2: --retries must be at least 1 (not -1)"),
                Arguments.of(
                        "FROM busybox\nHEALTHCHECK --foo=1 CMD a", "dockerfile parse error line 2: Unknown flag: foo"),
                Arguments.of(
                        "FROM busybox\nONBUILD",
                        "dockerfile parse error line 2: ONBUILD requires at least one argument"),
                Arguments.of(
                        "FROM busybox\nONBUILD ONBUILD RUN x",
                        "dockerfile parse error line 2: Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"),
                Arguments.of(
                        "FROM busybox\nONBUILD FROM x",
                        "dockerfile parse error line 2: FROM isn't allowed as an ONBUILD trigger"),
                Arguments.of(
                        "FROM busybox\nONBUILD MAINTAINER x",
                        "dockerfile parse error line 2: MAINTAINER isn't allowed as an ONBUILD trigger"),
                Arguments.of(
                        "FROM busybox\nMAINTAINER",
                        "dockerfile parse error line 2: MAINTAINER requires exactly one argument"),
                Arguments.of("FROM busybox\nARG", "dockerfile parse error line 2: ARG requires at least one argument"),
                Arguments.of("FROM busybox\nARG =a", "dockerfile parse error line 2: ARG names can not be blank"),
                Arguments.of("FROM busybox\nCOPY --foo=1 a b", "dockerfile parse error line 2: Unknown flag: foo"),
                Arguments.of(
                        "FROM busybox\nCOPY --chown a b",
                        "dockerfile parse error line 2: Missing a value on flag: chown"),
                Arguments.of("FROM busybox\nRUN --foo=1 ls", "dockerfile parse error line 2: Unknown flag: foo"),
                Arguments.of("FROM busybox\nCMD --x=1 ls", "dockerfile parse error line 2: Unknown flag: x"),
                Arguments.of(
                        "FROM busybox\nCOPY [\"a\"]",
                        "dockerfile parse error line 2: COPY requires at least two arguments, but only one was provided. Destination could not be determined"),
                Arguments.of(
                        "# escape=x\nFROM busybox",
                        "failed to parse Dockerfile: invalid escape token 'x' does not match ` or \\"),
                Arguments.of(
                        "# escape=`\n# escape=`\nFROM busybox",
                        "failed to parse Dockerfile: only one escape parser directive can be used"),
                Arguments.of("FROM --foo=x busybox", "dockerfile parse error line 1: Unknown flag: foo"),
                Arguments.of(
                        "FROM busybox\nHEALTHCHECK --interval=5s --interval=6s CMD a",
                        "dockerfile parse error line 2: Duplicate flag specified: interval"),
                Arguments.of(
                        "FROM busybox\nLABEL a=b c",
                        "failed to parse Dockerfile: Syntax error - can't find = in \"c\". Must be of the form: name=value"),
                Arguments.of(
                        "FROM busybox\nEXPOSE",
                        "dockerfile parse error line 2: EXPOSE requires at least one argument"));
    }

    @ParameterizedTest
    @MethodSource
    void wrong(String dockerfile, String message) {
        assertThatThrownBy(() -> Dockerfile.parse(dockerfile))
                .isInstanceOf(FeluccaException.class)
                .hasMessage(message)
                .hasFieldOrPropertyWithValue("kind", FeluccaException.Kind.INVALID);
    }
}
