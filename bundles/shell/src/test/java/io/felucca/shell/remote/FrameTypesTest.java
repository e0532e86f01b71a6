package io.felucca.shell.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The program has no dependencies, so that both ends write the types of frames down: here they are compared. */
class FrameTypesTest {

    private static final Pattern TYPE = Pattern.compile("static final int (\\w+) = ([0-9_]+|\\d+ \\* 1024);");

    private static Map<String, Integer> types(String source) throws IOException {
        Map<String, Integer> types = new TreeMap<>();
        Matcher matcher = TYPE.matcher(Files.readString(Path.of(source)));
        while (matcher.find()) {
            String value = matcher.group(2).replace("_", "");
            int factor = value.endsWith("* 1024") ? 1024 : 1;
            types.put(matcher.group(1), factor * Integer.parseInt(value.split(" ")[0]));
        }
        return types;
    }

    @Test
    @DisplayName("engine and program mean the same by every type of frame")
    void bothEndsAgree() throws IOException {
        Map<String, Integer> program = types("../../distribution/src/main/java/io/felucca/client/Frames.java");
        program.remove("HEADER");

        assertThat(types("src/main/java/io/felucca/shell/remote/Frame.java"))
                .isEqualTo(program)
                .containsKeys("START", "MAX_PAYLOAD", "NAME_TREE");
    }
}
