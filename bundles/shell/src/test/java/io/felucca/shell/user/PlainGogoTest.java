package io.felucca.shell.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.shell.FakeContainers;
import io.felucca.shell.FakeImages;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.ShellFunction;
import io.felucca.shell.container.ContainerFunctions;
import io.felucca.shell.image.ImageFunctions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
        session.execute("felucca:import nope.tar");

        assertThat(images.imported).isEqualTo("archive");
        assertThat(folder.resolve("y.tar")).hasContent("archive");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("open nope.tar: no such file or directory\n");
        assertThat(session.get(ShellFunction.EXIT)).isEqualTo(1);
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
