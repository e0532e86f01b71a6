package io.felucca.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.dockerfile.Dockerfile.Step;
import io.felucca.dockerfile.Instruction.Command;
import io.felucca.dockerfile.Instruction.Pair;
import io.felucca.dockerfile.Instruction.Variable;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("the language of Dockerfiles (S38 to S82)")
class DockerfileTest {

    private static List<Instruction> read(String text) {
        return Dockerfile.parse(text).steps().stream().map(Step::instruction).toList();
    }

    @Test
    void commandsHaveTwoForms() {
        assertThat(read("FROM a\nRUN ls -l\nRUN [\"ls\", \"-l\"]\nCMD\nENTRYPOINT [ 'a' ]"))
                .containsExactly(
                        new Instruction.From("a", "", ""),
                        new Instruction.Run(new Command(List.of("ls -l"), true), List.of(), List.of()),
                        new Instruction.Run(new Command(List.of("ls", "-l"), false), List.of(), List.of()),
                        new Instruction.Cmd(new Command(List.of(), true)),
                        new Instruction.Entrypoint(new Command(List.of("[ 'a' ]"), true)));
    }

    @Test
    void linesGoOnOverCommentsAndBlankLines() {
        List<Step> steps = Dockerfile.parse(
                        "# c\n\nFROM a\nRUN one \\\n  # not this\n\n  && two \\  \n && three\nUSER x\n")
                .steps();
        assertThat(steps.get(1).original()).isEqualTo("RUN one   && two  && three");
        assertThat(steps.get(1).firstLine()).isEqualTo(4);
        assertThat(steps.get(1).lastLine()).isEqualTo(8);
        assertThat(steps.get(2).firstLine()).isEqualTo(9);
    }

    @Test
    void theEscapeCharacterCanBeABacktick() {
        assertThat(Dockerfile.parse("# escape=`\nFROM a\nRUN x `\n y\nCOPY c:\\ d\n")
                        .steps()
                        .get(1)
                        .original())
                .isEqualTo("RUN x  y");
    }

    @Test
    void stagesHaveNamesAndPlatforms() {
        assertThat(read("ARG V\nFROM --platform=linux/amd64 a:$V AS Build"))
                .containsExactly(
                        new Instruction.Arg(List.of(new Variable("V", null))),
                        new Instruction.From("a:$V", "build", "linux/amd64"));
    }

    @Test
    void pairsKeepTheirQuotes() {
        assertThat(read("FROM a\nENV A=1 B=\"x y\"\nENV C d e\nLABEL \"k l\"=m\nARG P=1 Q"))
                .contains(
                        new Instruction.Env(List.of(new Pair("A", "1"), new Pair("B", "\"x y\""))),
                        new Instruction.Env(List.of(new Pair("C", "d e"))),
                        new Instruction.Label(List.of(new Pair("\"k l\"", "m"))),
                        new Instruction.Arg(List.of(new Variable("P", "1"), new Variable("Q", null))));
    }

    @Test
    void copyHasFlagsAndAJsonForm() {
        Instruction.Copy copy = (Instruction.Copy)
                read("FROM a\nCOPY --from=b --chown=1:2 --exclude=*.o --exclude=x [\"a b\", \"c\", \"/d/\"]")
                        .get(1);
        assertThat(copy.transfer().sources()).containsExactly("a b", "c");
        assertThat(copy.transfer().target()).isEqualTo("/d/");
        assertThat(copy.transfer().flags()).isEqualTo(Map.of("from", "b", "chown", "1:2"));
        assertThat(copy.transfer().excludes()).containsExactly("*.o", "x");
    }

    @Test
    void hereDocumentsBelongToTheirLine() {
        List<Step> steps = Dockerfile.parse(
                        "FROM a\nRUN <<EOF\necho $A \\\nb\nEOF\nCOPY <<-\"X\" <<Y /d/\n\tone\n\tX\ntwo\nY\nUSER u")
                .steps();
        Instruction.Run run = (Instruction.Run) steps.get(1).instruction();
        assertThat(run.documents()).containsExactly(new HereDocument("EOF", true, "echo $A \\\nb\n"));
        Instruction.Copy copy = (Instruction.Copy) steps.get(2).instruction();
        assertThat(copy.transfer().sources()).isEmpty();
        assertThat(copy.transfer().documents())
                .containsExactly(new HereDocument("X", false, "one\n"), new HereDocument("Y", true, "two\n"));
        assertThat(steps.get(2).lastLine()).isEqualTo(10);
        assertThat(steps.get(3).instruction()).isEqualTo(new Instruction.User("u"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            $A-${A}_$NO      | x/y.tar.gz-x/y.tar.gz_
            ${NO:-d}${NO-e}  | de
            ${E:-d}${E-e}    | d
            ${A:+s}${E:+t}${E+u} | su
            ${A#*/}          | y.tar.gz
            ${A%.*}          | x/y.tar
            ${A%%.*}         | x/y
            ${A##*.}         | gz
            ${A#nope}        | x/y.tar.gz
            ${A/tar/zip}     | x/y.zip.gz
            ${A//./_}        | x/y_tar_gz
            ${A/?tar*/!}     | x/y!
            ${NO:-${A%%/*}}  | x
            '$A'"$A"\\$A     | $Ax/y.tar.gz$A
            """)
    void variablesAreReplaced(String word, String expected) {
        String plain = word.replace("\\\\", "\\");
        assertThat(Words.expand(plain, Map.of("A", "x/y.tar.gz", "E", ""), '\\'))
                .isEqualTo(expected);
    }

    @Test
    @DisplayName("T11: a pattern of many stars takes no more than its length by the text's")
    void patternsDoNotBlowUp() {
        String text = "a".repeat(3000);
        assertThat(Words.expand("${A##" + "*a".repeat(200) + "b}", Map.of("A", text), '\\'))
                .isEqualTo(text);
        assertThat(PathPattern.of("**a".repeat(200) + "b").matches(text)).isFalse();
    }

    @Test
    @DisplayName("T11: a word that doubles itself is refused before it fills the heap")
    void wordsAreBounded() {
        String big = "x".repeat(1 << 19);
        assertThatThrownBy(() -> Words.expand("$A$A$A", Map.of("A", big), '\\'))
                .isInstanceOf(FeluccaException.class)
                .hasMessageContaining("longer than");
        assertThatThrownBy(() -> Words.expand("${A:-".repeat(5000), Map.of(), '\\'))
                .isInstanceOf(FeluccaException.class);
    }

    @Test
    @DisplayName("T12: whatever a Dockerfile holds, it is read or refused in words")
    void nonsenseIsRefusedInWords() {
        Random random = new Random(7);
        String[] pieces = {
            "FROM",
            " a",
            "\n",
            "RUN",
            " --",
            "<<E",
            "E",
            "[\"",
            "\"]",
            "\\",
            "$",
            "{",
            "}",
            "=",
            "#",
            " ",
            "ENV",
            "COPY",
            "é",
            "\t",
            "'",
            "\"",
            "HEALTHCHECK",
            "ONBUILD",
            "ARG",
            "escape=`"
        };
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "FROM a\n" : "");
            for (int j = random.nextInt(20); j > 0; j--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                assertThat(Dockerfile.parse(text.toString()).steps()).isNotEmpty();
            } catch (FeluccaException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
