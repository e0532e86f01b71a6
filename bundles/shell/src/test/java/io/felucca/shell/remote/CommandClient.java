package io.felucca.shell.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.engine.UpgradeHandler.Peer;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.gogo.GogoCommands;
import io.felucca.shell.gogo.GogoFunctions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;

/** The felucca program of a test: words, files and input in memory, at a command server on a real Gogo processor. */
public final class CommandClient implements AutoCloseable {

    private final ThreadIOImpl threadIo = new ThreadIOImpl();
    private final CommandProcessorImpl processor = new CommandProcessorImpl(threadIo);
    private final CommandServer server =
            new CommandServer(new GogoCommands(processor, threadIo, GogoFunctions.OF_SESSION));

    public final Map<String, String> files = new HashMap<>();
    /** Name, NUL and secret, by server. */
    public final Map<String, String> logins = new HashMap<>();

    /** Where it says that it stores them unencrypted; empty for a helper. */
    public String loginsFile = "";

    public final Map<String, String> written = new HashMap<>();
    public final Map<String, Object> start = new LinkedHashMap<>();
    public String input = "";

    public CommandClient(List<? extends NamedFunction> functions) {
        threadIo.start();
        functions.forEach(function -> processor.addCommand(NamedFunction.SCOPE, function, function.name()));
        terminal(false);
    }

    public CommandProcessorImpl processor() {
        return processor;
    }

    /** Whether the streams are a terminal of 100 columns and 30 rows. */
    public void terminal(boolean is) {
        start.put("stdinTty", is);
        start.put("stdoutTty", is);
        start.put("stderrTty", is);
        start.put("columns", 100);
        start.put("rows", 30);
    }

    /** Runs a command to its end. */
    public Result run(String... words) throws Exception {
        return begin(words).finish();
    }

    public Running begin(String... words) throws IOException {
        return new Running(List.of(words));
    }

    @Override
    public void close() {
        processor.stop();
        threadIo.stop();
    }

    /** How it ended. */
    public record Result(int code, String out, String err) {

        public Result succeeds() {
            assertThat(err).isEmpty();
            assertThat(code).isZero();
            return this;
        }
    }

    /** A command under way. */
    public final class Running {

        private final OutputStream toServer;
        private final FrameWriter frames;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private final CompletableFuture<Integer> code = new CompletableFuture<>();
        private final CompletableFuture<Void> served = new CompletableFuture<>();
        private final Map<Integer, String> open = new HashMap<>();
        private final Map<Integer, ByteArrayOutputStream> writing = new HashMap<>();
        private boolean inputSent;
        public final List<Integer> rawModes = new ArrayList<>();
        public volatile int stdinCredit;

        private Running(List<String> words) throws IOException {
            Pipe there = Pipe.open();
            Pipe back = Pipe.open();
            InputStream serverIn = Channels.newInputStream(there.source());
            OutputStream serverOut = Channels.newOutputStream(back.sink());
            InputStream fromServer = Channels.newInputStream(back.source());
            toServer = Channels.newOutputStream(there.sink());
            frames = new FrameWriter(toServer);
            start.put("words", words);
            start.put("cwd", "/home/u");
            frames.write(FrameTypes.START, new ObjectMapper().writeValueAsBytes(start));
            Thread serving = new Thread(() -> {
                try {
                    server.serve(serverIn, serverOut, new Peer(0, 0));
                    served.complete(null);
                    serverOut.close();
                } catch (IOException e) {
                    served.completeExceptionally(e);
                    code.completeExceptionally(e);
                }
            });
            serving.setDaemon(true);
            serving.start();
            Thread client = new Thread(() -> {
                try {
                    FrameReader reader = new FrameReader(fromServer);
                    for (Optional<Frame> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                        take(frame.get());
                    }
                } catch (IOException e) {
                    code.completeExceptionally(e);
                }
            });
            client.setDaemon(true);
            client.start();
        }

        private static byte[] bytes(ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        }

        private synchronized void take(Frame frame) throws IOException {
            switch (frame.type()) {
                case FrameTypes.STDOUT -> out.writeBytes(bytes(frame.payload()));
                case FrameTypes.STDERR -> err.writeBytes(bytes(frame.payload()));
                case FrameTypes.EXIT -> code.complete(frame.payload().getInt());
                case FrameTypes.TTY_RAW -> rawModes.add((int) frame.payload().get());
                case FrameTypes.WANT_STDIN -> {
                    stdinCredit += frame.payload().getInt();
                    if (!inputSent && input != null) {
                        inputSent = true;
                        if (!input.isEmpty()) {
                            type(input);
                        }
                        frames.write(FrameTypes.STDIN_EOF, new byte[0]);
                    }
                }
                case FrameTypes.OPEN_READ -> {
                    String path = frame.fileText();
                    open.put(frame.fileId(), path);
                    if (!files.containsKey(path)) {
                        file(FrameTypes.FILE_ERROR, frame.fileId(), "open " + path + ": no such file or directory");
                    }
                }
                case FrameTypes.WANT_FILE -> {
                    String text = files.get(open.get(frame.fileId()));
                    if (text != null && open.put(frame.fileId(), "") != null) {
                        file(FrameTypes.FILE_DATA, frame.fileId(), text);
                        file(FrameTypes.FILE_EOF, frame.fileId(), "");
                    }
                }
                case FrameTypes.LOGIN -> login(frame.fileId(), frame.fileText().split("\0", -1));
                case FrameTypes.OPEN_WRITE -> {
                    open.put(frame.fileId(), frame.fileText());
                    writing.put(frame.fileId(), new ByteArrayOutputStream());
                    file(FrameTypes.FILE_OK, frame.fileId(), "");
                }
                case FrameTypes.FILE_WRITE -> writing.get(frame.fileId()).writeBytes(bytes(frame.fileBytes()));
                case FrameTypes.FILE_CLOSE -> {
                    if (writing.containsKey(frame.fileId())) {
                        written.put(
                                open.get(frame.fileId()),
                                writing.get(frame.fileId()).toString(StandardCharsets.UTF_8));
                    }
                }
                default -> throw new IOException("unknown frame " + frame.type());
            }
        }

        private void login(int id, String[] request) throws IOException {
            String key = "login:" + request[1];
            if (request[0].equals("store")) {
                logins.put(request[1], request[2] + "\0" + request[3]);
            } else if (request[0].equals("erase")) {
                logins.remove(request[1]);
            }
            files.put(
                    key,
                    switch (request[0]) {
                        case "get" -> logins.getOrDefault(request[1], "");
                        case "store" -> loginsFile;
                        default -> "";
                    });
            open.put(id, key);
        }

        private void file(int type, int id, String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            frames.writeFile(type, id, bytes, 0, bytes.length);
        }

        public void type(String text) throws IOException {
            frames.write(FrameTypes.STDIN, text.getBytes(StandardCharsets.UTF_8));
        }

        public void signal(String name) throws IOException {
            frames.write(FrameTypes.SIGNAL, name.getBytes(StandardCharsets.UTF_8));
        }

        public void resize(int columns, int rows) throws IOException {
            frames.write(
                    FrameTypes.RESIZE,
                    ByteBuffer.allocate(4)
                            .putShort((short) columns)
                            .putShort((short) rows)
                            .array());
        }

        /** The connection breaks. */
        public void hangUp() throws IOException {
            toServer.close();
        }

        public synchronized String out() {
            return out.toString(StandardCharsets.UTF_8);
        }

        /** The server's own thread is done. */
        public CompletableFuture<Void> served() {
            return served;
        }

        public Result finish() throws Exception {
            try {
                int exit = code.get(60, TimeUnit.SECONDS);
                synchronized (this) {
                    return new Result(exit, out(), err.toString(StandardCharsets.UTF_8));
                }
            } catch (TimeoutException e) {
                throw new AssertionError("no exit code; out: " + out() + " err: " + err, e);
            }
        }
    }
}
