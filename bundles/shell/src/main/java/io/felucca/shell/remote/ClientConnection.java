package io.felucca.shell.remote;

import io.felucca.builder.Builder.SshAgent;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.UserLogins;
import io.felucca.shell.user.UserTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A user behind a connection of the command protocol: one command's streams, terminal, signals and files. */
final class ClientConnection implements ClientSession {

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private final Start start;
    private final FrameWriter frames;
    private final CreditedInput in;
    private final PrintStream out;
    private final PrintStream err;
    private final RemoteFiles files;
    private final List<Consumer<Size>> resizeHandlers = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> signalHandlers = new CopyOnWriteArrayList<>();
    private final List<Runnable> goneActions = new ArrayList<>();
    private volatile Size size;
    private boolean gone;

    ClientConnection(Start start, FrameWriter frames) {
        this.start = start;
        this.frames = frames;
        this.in = new CreditedInput(CreditedInput.INPUT_WINDOW, this::grant);
        this.out = new PrintStream(new FrameOutput(frames, FrameTypes.STDOUT), false, StandardCharsets.UTF_8);
        this.err = new PrintStream(new FrameOutput(frames, FrameTypes.STDERR), false, StandardCharsets.UTF_8);
        this.files = new RemoteFiles(frames);
        this.size = new Size(start.columns(), start.rows());
    }

    /** By a thread of its own: an interrupt that ends a wait for input would close the channel under whoever writes. */
    private void grant(int bytes) {
        Thread granting = new Thread(
                () -> {
                    try {
                        frames.write(FrameTypes.WANT_STDIN, RemoteFiles.fourBytes(bytes));
                    } catch (IOException e) {
                        LOG.debug("granting input: {}", e.toString()); // the reader thread tells that the user has left
                    }
                },
                "felucca-credit");
        granting.setDaemon(true);
        granting.start();
    }

    /** Takes frames until the client ends. For the reader thread. */
    void read(FrameReader reader) {
        try {
            while (true) {
                Optional<Frame> frame = reader.next();
                if (frame.isEmpty()) {
                    leave(new IOException("the user has left"));
                    return;
                }
                accept(frame.get());
            }
        } catch (IOException e) {
            LOG.debug("connection of a command ended: {}", e.toString());
            leave(e);
        }
    }

    private void accept(Frame frame) throws IOException {
        switch (frame.type()) {
            case FrameTypes.STDIN -> in.deliver(frame.payload());
            case FrameTypes.STDIN_EOF -> in.end();
            case FrameTypes.SIGNAL -> signal(frame.text());
            case FrameTypes.RESIZE -> {
                ByteBuffer payload = frame.payload();
                size = new Size(Short.toUnsignedInt(payload.getShort()), Short.toUnsignedInt(payload.getShort()));
                resizeHandlers.forEach(handler -> handler.accept(size));
            }
            case FrameTypes.FILE_DATA,
                    FrameTypes.FILE_EOF,
                    FrameTypes.FILE_ERROR,
                    FrameTypes.FILE_OK,
                    FrameTypes.TREE -> files.accept(frame);
            default -> throw new IOException("unknown frame of type " + frame.type());
        }
    }

    private void signal(String name) throws IOException {
        if (signalHandlers.isEmpty()) {
            exit(128 + ClientSignals.number(name));
            leave(new IOException("ended by signal " + name));
        } else {
            signalHandlers.forEach(handler -> handler.accept(name));
        }
    }

    /** Tells the client the exit code, unless it has one already. */
    void exit(int code) throws IOException {
        frames.write(FrameTypes.EXIT, RemoteFiles.fourBytes(code));
    }

    private void leave(IOException reason) {
        List<Runnable> actions;
        synchronized (goneActions) {
            gone = true;
            actions = new ArrayList<>(goneActions);
            goneActions.clear();
        }
        frames.end();
        in.fail(reason);
        files.fail(reason);
        actions.forEach(Runnable::run);
    }

    boolean isGone() {
        synchronized (goneActions) {
            return gone;
        }
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public PrintStream out() {
        return out;
    }

    @Override
    public PrintStream err() {
        return err;
    }

    @Override
    public boolean isTerminal(Stream stream) {
        return switch (stream) {
            case IN -> start.stdinTty();
            case OUT -> start.stdoutTty();
            case ERR -> start.stderrTty();
        };
    }

    @Override
    public Size size() {
        return size;
    }

    @Override
    public String terminalType() {
        return start.term();
    }

    @Override
    public String directory() {
        return start.cwd();
    }

    @Override
    public Optional<String> variable(String name) {
        return Optional.ofNullable(start.env().get(name));
    }

    @Override
    public Ending onResize(Consumer<Size> handler) {
        resizeHandlers.add(handler);
        return () -> resizeHandlers.remove(handler);
    }

    @Override
    public Ending onSignal(Consumer<String> handler) {
        signalHandlers.add(handler);
        return () -> signalHandlers.remove(handler);
    }

    @Override
    public Ending onGone(Runnable action) {
        synchronized (goneActions) {
            if (!gone) {
                goneActions.add(action);
                return () -> {
                    synchronized (goneActions) {
                        goneActions.remove(action);
                    }
                };
            }
        }
        action.run();
        return () -> {};
    }

    @Override
    public Ending rawMode() {
        raw(true);
        return () -> raw(false);
    }

    private void raw(boolean on) {
        try {
            frames.write(FrameTypes.TTY_RAW, new byte[] {(byte) (on ? 1 : 0)});
        } catch (IOException e) {
            LOG.debug("terminal of a user who left stays as it is: {}", e.toString());
        }
    }

    @Override
    public InputStream openRead(String path) throws IOException {
        return files.openRead(path);
    }

    @Override
    public OutputStream openWrite(String path) throws IOException {
        return files.openWrite(path);
    }

    @Override
    public UserTree openTree(String path, boolean followLink) throws IOException {
        return files.openTree(path, followLink);
    }

    @Override
    public UserTree makeTree(String path) throws IOException {
        return files.makeTree(path);
    }

    @Override
    public SshAgent openAgent(String sources) throws IOException {
        return files.openAgent(sources);
    }

    @Override
    public UserLogins logins() {
        return new RemoteLogins(files);
    }
}
