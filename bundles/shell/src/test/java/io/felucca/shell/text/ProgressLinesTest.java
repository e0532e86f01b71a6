package io.felucca.shell.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.images.Images.Progress;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.GogoClientSession;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    private final ClientSession plain =
            new GogoClientSession(Path.of("/"), InputStream.nullInputStream(), stream, stream);

    @Test
    void eachLayerHasItsLineWhichIsDrawnOver() {
        ClientSession terminal = (ClientSession) Proxy.newProxyInstance(
                ClientSession.class.getClassLoader(),
                new Class<?>[] {ClientSession.class},
                (proxy, method, arguments) ->
                        method.getName().equals("isTerminal") ? true : method.invoke(plain, arguments));
        Progress progress = ProgressLines.of(terminal);

        progress.report("aaa", "Loading layer", 0, 1000);
        progress.report("bbb", "Loading layer", 500, 1000);
        progress.report("aaa", "Loading layer", 1000, 1000);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("aaa: Loading layer [>" + " ".repeat(50) + "]       0B/1kB\r\n"
                        + "bbb: Loading layer [" + "=".repeat(25) + ">" + " ".repeat(25) + "]     500B/1kB\r\n"
                        + "\u001b[2A\u001b[2K\raaa: Loading layer [" + "=".repeat(50) + ">]      1kB/1kB\r\u001b[2B");
    }

    @Test
    void whereThereIsNoTerminalOnlyMessagesAreShown() {
        ProgressLines.of(plain).report("aaa", "Loading layer", 1, 2);
        ProgressLines.of(plain).report("", "The image x:1 already exists", 0, 0);

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("The image x:1 already exists\n");
    }
}
