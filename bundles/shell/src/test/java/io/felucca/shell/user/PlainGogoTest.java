package io.felucca.shell.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.shell.FakeContainers;
import io.felucca.shell.FakeImages;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.ShellFunction;
import io.felucca.shell.container.ContainerFunctions;
import io.felucca.shell.image.ImageFunctions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.Terminal.SignalHandler;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands in a Gogo shell of the platform's own, without the command server. */
class PlainGogoTest {

    private final FakeImages images = new FakeImages();
    private final FakeContainers containers = new FakeContainers();
    private final ThreadIOImpl threadIo = new ThreadIOImpl();
    private final CommandProcessorImpl processor = new CommandProcessorImpl(threadIo);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final InputStream in = new ByteArrayInputStream("typed".getBytes(StandardCharsets.UTF_8));
    private CommandSession session;

    @TempDir
    Path folder;

    @BeforeEach
    void open() {
        threadIo.start();
        ImageFunctions.of(images).forEach(this::add);
        ContainerFunctions.of(containers, images).forEach(this::add);
        session = processor.createSession(in, new PrintStream(out, true), new PrintStream(err, true));
    }

    private void add(NamedFunction function) {
        processor.addCommand(NamedFunction.SCOPE, function, function.name());
    }

    @AfterEach
    void close() {
        session.close();
        processor.stop();
        threadIo.stop();
    }

    @Test
    void outputIsTheSessionsAndInputToo() throws Exception {
        session.execute("felucca:images -q");
        session.execute("felucca:import -");

        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("abababababab\n")
                .contains("sha256:");
        assertThat(images.imported).isEqualTo("typed");
    }

    @Test
    void filesAreTheEngines() throws Exception {
        Files.writeString(folder.resolve("x.tar"), "archive");
        session.currentDir(folder);

        session.execute("felucca:import x.tar");
        session.execute("felucca:save -o y.tar busybox");
        assertThat(images.imported).isEqualTo("archive");
        assertThat(folder.resolve("y.tar")).hasContent("archive");
    }

    @Test
    @DisplayName(
            "B13 A platform's own session is told of an error by what the command throws, with the exit code beside it")
    void errorsAreThrown() {
        assertThatThrownBy(() -> session.execute("felucca:import nope.tar"))
                .hasMessage("open nope.tar: no such file or directory");
        assertThat(session.get(ShellFunction.EXIT)).isEqualTo(1);
        assertThatThrownBy(() -> session.execute("felucca:container nosuch"))
                .hasMessageStartingWith("felucca: unknown command: felucca container nosuch");
        assertThatThrownBy(() -> session.execute("felucca:rm nope other"))
                .hasMessageContaining("No such container: nope\n")
                .hasMessageContaining("No such container: other");
        assertThatThrownBy(() -> session.execute("felucca:ps --nosuch"))
                .hasMessageStartingWith("unknown flag: --nosuch");
        assertThat(session.get(ShellFunction.EXIT)).isEqualTo(125);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    @DisplayName("B13 A command in a platform's own session has the session's terminal: size, raw mode, signals")
    void theTerminalIsTheSessions() throws Exception {
        SignalHandler before = signal -> {};
        PipedOutputStream typing = new PipedOutputStream();
        try (Terminal terminal = new ExternalTerminal(
                "test", "xterm", new PipedInputStream(typing), new ByteArrayOutputStream(), StandardCharsets.UTF_8)) {
            terminal.setSize(new org.jline.terminal.Size(132, 43));
            terminal.handle(Signal.INT, before);
            session.put(".terminal", terminal);
            List<String> seen = new ArrayList<>();
            processor.addCommand(
                    NamedFunction.SCOPE,
                    (org.apache.felix.service.command.Function) (asked, words) ->
                            PipelineClientSession.with(asked, user -> {
                                seen.add(user.isTerminal(ClientSession.Stream.IN) + " " + user.size() + " "
                                        + user.terminalType());
                                Attributes cooked = terminal.getAttributes();
                                try (ClientSession.Ending signals = user.onSignal(seen::add);
                                        ClientSession.Ending sizes = user.onResize(size -> seen.add(size.toString()))) {
                                    ClientSession.Ending raw = user.rawMode();
                                    seen.add(
                                            "ICANON " + terminal.getAttributes().getLocalFlag(LocalFlag.ICANON));
                                    raw.close();
                                    seen.add("as before "
                                            + terminal.getAttributes()
                                                    .toString()
                                                    .equals(cooked.toString()));
                                    terminal.raise(Signal.INT);
                                    terminal.setSize(new org.jline.terminal.Size(90, 20));
                                    terminal.raise(Signal.WINCH);
                                    return 0;
                                }
                            }),
                    "probe");

            session.execute("felucca:probe");

            assertThat(seen)
                    .containsExactly(
                            "true Size[columns=132, rows=43] xterm",
                            "ICANON false",
                            "as before true",
                            "INT",
                            "Size[columns=90, rows=20]");
            assertThat(terminal.handle(Signal.INT, SignalHandler.SIG_DFL)).isSameAs(before);
        }
    }

    @Test
    void outputGoesThroughPipes() throws Exception {
        Object result = session.execute("felucca:run --name a busybox echo hello; felucca:ps -aq | felucca:import -");

        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("hello\n");
        assertThat(images.imported).isEqualTo("000000000000\n");
        assertThat(result).isNull();
    }

    @Test
    void theEnginesEnvironmentIsNobodysBusiness() throws Exception {
        session.execute("felucca:run -d -e PATH -e A=1 busybox echo");

        assertThat(containers.lastSpec.config().env()).containsExactly("A=1");
    }
}
