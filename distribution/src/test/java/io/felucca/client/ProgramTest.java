package io.felucca.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.shell.remote.FrameTypes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own, against a fake engine. */
@Timeout(60)
class ProgramTest {

    private static final String CLASSES =
            Path.of("target/classes").toAbsolutePath().toString();

    @TempDir
    Path folder;

    private FakeEngine engine;

    record Ended(int code, byte[] out, String err) {
        String text() {
            return new String(out, StandardCharsets.UTF_8);
        }
    }

    @BeforeEach
    void start() throws IOException {
        engine = new FakeEngine(folder);
    }

    @AfterEach
    void stop() throws IOException {
        engine.close();
    }

    private Process program(Path stdin, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx32m",
                "-cp",
                CLASSES,
                Main.class.getName()));
        Collections.addAll(command, words);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("FELUCCA_HOST", engine.host());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("TERM", "xterm-test");
        if (stdin != null) {
            builder.redirectInput(stdin.toFile());
        }
        return builder.start();
    }

    private Ended run(Path stdin, String... words) throws Exception {
        return end(program(stdin, words));
    }

    private static Ended end(Process process) throws Exception {
        byte[] out = process.getInputStream().readAllBytes();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), out, err);
    }

    private byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        new Random(7).nextBytes(random);
        return random;
    }

    @Test
    void wordsGoAsTheyAreAndTheCodeComesBack() throws Exception {
        List<String> starts = new ArrayList<>();
        engine.serve((e, start) -> {
            starts.add(start);
            e.send(FrameTypes.STDOUT, "out\n");
            e.send(FrameTypes.STDERR, "err\n");
            e.exit(42);
        });

        Ended ended = run(Path.of("/dev/null"), "run", "a b", "\"q\"", "line\nbreak", "名", "");

        assertThat(ended.code()).isEqualTo(42);
        assertThat(ended.text()).isEqualTo("out\n");
        assertThat(ended.err()).isEqualTo("err\n");
        assertThat(starts.get(0))
                .isEqualTo(
                        "{\"words\":[\"run\",\"a b\",\"\\\"q\\\"\",\"line\\u000abreak\",\"名\",\"\"],\"cwd\":\"" + folder
                                + "\",\"term\":\"xterm-test\",\"lang\":\""
                                + (System.getenv("LANG") == null ? "" : System.getenv("LANG"))
                                + "\",\"stdinTty\":false,\"stdoutTty\":false,\"stderrTty\":false,\"columns\":80,\"rows\":24,\"env\":{}}");
    }

    @Test
    void wordsThatFitNoFrameAreRefused() throws Exception {
        engine.serve((e, start) -> e.exit(0));

        Ended ended = run(Path.of("/dev/null"), "run", "busybox", "x".repeat(70_000));

        assertThat(ended.code()).isEqualTo(125);
        assertThat(ended.err())
                .startsWith("felucca: the words of this command are too long: 70")
                .hasLineCount(1);
    }

    @Test
    void bytesPassUnchangedBothWays() throws Exception {
        byte[] bytes = random(1_000_003);
        Path stdin = folder.resolve("stdin");
        Files.write(stdin, bytes);
        engine.serve((e, start) -> {
            e.send(FrameTypes.WANT_STDIN, ByteBuffer.allocate(4).putInt(100_000).array());
            while (true) {
                FakeEngine.Received frame = e.receive();
                if (frame.type() == FrameTypes.STDIN_EOF) {
                    e.exit(0);
                    return;
                }
                e.send(FrameTypes.STDOUT, frame.payload());
                e.send(
                        FrameTypes.WANT_STDIN,
                        ByteBuffer.allocate(4).putInt(frame.payload().length).array());
            }
        });

        assertThat(Arrays.equals(run(stdin, "cat").out(), bytes)).isTrue();
    }

    @Test
    void aCommandThatAsksForNoInputLeavesItToTheNextOne() throws Exception {
        engine.serve((e, start) -> e.exit(0));
        Process shell = new ProcessBuilder(
                        "sh",
                        "-c",
                        "printf 'one\\ntwo\\n' | { \"$@\"; cat; }",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        CLASSES,
                        Main.class.getName(),
                        "-H",
                        engine.host(),
                        "ps")
                .start();

        assertThat(end(shell).text()).isEqualTo("one\ntwo\n");
    }

    @Test
    void onlyTheCreditIsRead() throws Exception {
        Path stdin = folder.resolve("stdin");
        Files.writeString(stdin, "0123456789");
        engine.serve((e, start) -> {
            e.send(FrameTypes.WANT_STDIN, ByteBuffer.allocate(4).putInt(4).array());
            e.send(FrameTypes.STDOUT, e.receive().payload());
            e.exit(0);
        });

        assertThat(run(stdin, "head").text()).isEqualTo("0123");
    }

    @Test
    void signalsGoToTheEngine() throws Exception {
        engine.serve((e, start) -> {
            e.send(FrameTypes.STDOUT, "ready\n");
            FakeEngine.Received frame = e.receive();
            e.send(FrameTypes.STDOUT, frame.type() + " " + frame.text() + "\n");
            e.exit(143);
        });
        Process process = program(Path.of("/dev/null"), "run");
        process.getInputStream().readNBytes(6);

        process.toHandle().destroy();

        Ended ended = end(process);
        assertThat(ended.text()).isEqualTo("4 TERM\n");
        assertThat(ended.code()).isEqualTo(143);
    }

    @Test
    void theThirdSignalEndsAProgramWhoseEngineIsDeaf() throws Exception {
        engine.serve((e, start) -> {
            e.send(FrameTypes.STDOUT, "ready\n");
            while (true) {
                e.receive();
                e.send(FrameTypes.STDOUT, "got\n");
            }
        });
        Process process = program(Path.of("/dev/null"), "run");
        process.getInputStream().readNBytes(6);
        for (int i = 0; i < 2; i++) {
            process.toHandle().destroy();
            process.getInputStream().readNBytes(4);
        }

        process.toHandle().destroy();

        Ended ended = end(process);
        assertThat(ended.code()).isEqualTo(143);
        assertThat(ended.err()).isEqualTo("felucca: got 3 SIGTERM/SIGINTs, forcefully exiting\n");
    }

    @Test
    void filesThatWereNamedAreRead() throws Exception {
        byte[] bytes = random(300_000);
        Files.write(folder.resolve("x.tar"), bytes);
        byte[][] sent = new byte[1][];
        engine.serve((e, start) -> {
            sent[0] = e.readFile(3, "x.tar", 1000);
            e.exit(0);
        });

        assertThat(run(Path.of("/dev/null"), "import", "x.tar").code()).isZero();
        assertThat(Arrays.equals(sent[0], bytes)).isTrue();
    }

    private String refusal(String path, String... words) throws Exception {
        engine.serve((e, start) -> {
            e.sendFile(FrameTypes.OPEN_READ, 3, path.getBytes(StandardCharsets.UTF_8));
            e.send(FrameTypes.STDOUT, e.receive().fileText());
            e.exit(0);
        });
        return run(Path.of("/dev/null"), words).text();
    }

    @Test
    void filesThatWereNotNamedAreRefused() throws Exception {
        assertThat(refusal("/etc/hostname", "import", "x.tar"))
                .isEqualTo("open /etc/hostname: not a path that was given to this command");
    }

    @Test
    void whatCannotBeOpenedIsSaidInGosWords() throws Exception {
        assertThat(refusal("x.tar", "import", "x.tar")).isEqualTo("open x.tar: no such file or directory");
    }

    @Test
    void foldersAreNoFiles() throws Exception {
        assertThat(refusal("/tmp", "import", "/tmp")).isEqualTo("open /tmp: is a directory");
    }

    private void write(boolean close) throws Exception {
        engine.serve((e, start) -> {
            e.sendFile(FrameTypes.OPEN_WRITE, 9, "out".getBytes(StandardCharsets.UTF_8));
            if (e.receive().type() == FrameTypes.FILE_OK) {
                e.sendFile(FrameTypes.FILE_WRITE, 9, "new".getBytes(StandardCharsets.UTF_8));
            }
            if (close) {
                e.sendFile(FrameTypes.FILE_CLOSE, 9, new byte[0]);
            }
            e.exit(close ? 0 : 1);
        });
        assertThat(run(Path.of("/dev/null"), "save", "-o", "out").code()).isEqualTo(close ? 0 : 1);
    }

    @Test
    void aFileIsReplacedWholeWhenClosed() throws Exception {
        Files.writeString(folder.resolve("out"), "old");

        write(true);

        assertThat(folder.resolve("out")).hasContent("new");
    }

    @Test
    void aCommandThatFailsLeavesTheFileAsItWas() throws Exception {
        Files.writeString(folder.resolve("out"), "old");

        write(false);

        assertThat(folder.resolve("out")).hasContent("old");
        try (var left = Files.list(folder)) {
            assertThat(left.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder("out", "s");
        }
    }

    @Test
    void anEngineThatSaysNoIsQuoted() throws Exception {
        String body = "{\"message\":\"no \\\"door\\\" here\\n\"}";
        engine.answer("HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);

        Ended ended = run(Path.of("/dev/null"), "ps");

        assertThat(ended.code()).isEqualTo(125);
        assertThat(ended.err()).isEqualTo("felucca: Error response from the engine: no \"door\" here\n\n");
    }

    @Test
    void aConnectionThatBreaksIsAnError() throws Exception {
        engine.serve((e, start) -> e.send(FrameTypes.STDOUT, "half"));

        Ended ended = run(Path.of("/dev/null"), "logs");

        assertThat(ended.code()).isEqualTo(125);
        assertThat(ended.text()).isEqualTo("half");
        assertThat(ended.err())
                .isEqualTo("felucca: the connection to the engine at " + engine.host()
                        + " broke: it ended without an exit code\n");
    }

    @Test
    void noEngineIsSaidInOneLine() throws Exception {
        Ended ended = run(Path.of("/dev/null"), "--host=unix:///none", "run", "busybox");

        assertThat(ended.code()).isEqualTo(125);
        assertThat(ended.err())
                .isEqualTo("felucca: Cannot connect to the Felucca engine at unix:///none."
                        + " Is the felucca engine running?\n");
    }

    @Test
    void aBrokenPipeEndsTheProgram() throws Exception {
        engine.serve((e, start) -> {
            while (true) {
                e.send(FrameTypes.STDOUT, new byte[60_000]);
            }
        });
        Process process = program(Path.of("/dev/null"), "logs");

        process.getInputStream().close();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(141);
    }
}
