package io.felucca.shell.interactive;

import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.UserLogins;
import io.felucca.shell.user.UserTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Attributes.OutputFlag;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;

/**
 * The user of a command inside the interactive shell: the terminal is JLine's, whose line discipline stands between the
 * user's raw terminal and the command; files are the user's. An interrupt that no command handles is to the command as
 * if its user had left; the shell goes on.
 */
final class TerminalClientSession implements ClientSession {

    private final ClientSession user;
    private final Terminal terminal;
    private final PrintStream out;
    private final List<Consumer<Size>> resizeHandlers = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> signalHandlers = new CopyOnWriteArrayList<>();
    private final List<Runnable> goneActions = new CopyOnWriteArrayList<>();

    TerminalClientSession(ClientSession user, Terminal terminal) {
        this.user = user;
        this.terminal = terminal;
        this.out = new PrintStream(terminal.output(), true, StandardCharsets.UTF_8);
        terminal.handle(Signal.INT, signal -> interrupt("INT"));
        terminal.handle(Signal.QUIT, signal -> interrupt("QUIT"));
        terminal.handle(Signal.TSTP, Terminal.SignalHandler.SIG_IGN);
    }

    /** For the terminal's reading thread. */
    private void interrupt(String signal) {
        if (signalHandlers.isEmpty()) {
            List<Runnable> actions = new ArrayList<>(goneActions);
            goneActions.removeAll(actions);
            actions.forEach(Runnable::run);
        } else {
            signalHandlers.forEach(handler -> handler.accept(signal));
        }
    }

    void resized(Size size) {
        terminal.setSize(new org.jline.terminal.Size(size.columns(), size.rows()));
        terminal.raise(Signal.WINCH);
        resizeHandlers.forEach(handler -> handler.accept(size));
    }

    @Override
    public InputStream in() {
        return terminal.input();
    }

    @Override
    public PrintStream out() {
        return out;
    }

    @Override
    public PrintStream err() {
        return out;
    }

    @Override
    public boolean isTerminal(Stream stream) {
        return true;
    }

    @Override
    public Size size() {
        return user.size();
    }

    @Override
    public String terminalType() {
        return user.terminalType();
    }

    @Override
    public String directory() {
        return user.directory();
    }

    @Override
    public Optional<String> variable(String name) {
        return user.variable(name);
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
        goneActions.add(action);
        Ending ofUser = user.onGone(action);
        return () -> {
            goneActions.remove(action);
            ofUser.close();
        };
    }

    /** Only the line discipline changes: the user's own terminal has been raw all along. */
    @Override
    public Ending rawMode() {
        Attributes before = terminal.getAttributes();
        Attributes raw = new Attributes(before);
        raw.setLocalFlags(EnumSet.of(LocalFlag.ICANON, LocalFlag.ECHO, LocalFlag.IEXTEN, LocalFlag.ISIG), false);
        raw.setInputFlags(EnumSet.of(InputFlag.IXON, InputFlag.ICRNL, InputFlag.INLCR), false);
        raw.setOutputFlags(EnumSet.of(OutputFlag.OPOST), false);
        terminal.setAttributes(raw);
        return () -> terminal.setAttributes(before);
    }

    @Override
    public InputStream openRead(String path) throws IOException {
        return user.openRead(path);
    }

    @Override
    public OutputStream openWrite(String path) throws IOException {
        return user.openWrite(path);
    }

    @Override
    public UserTree openTree(String path, boolean followLink) throws IOException {
        return user.openTree(path, followLink);
    }

    @Override
    public UserTree makeTree(String path) throws IOException {
        return user.makeTree(path);
    }

    @Override
    public UserLogins logins() {
        return user.logins();
    }
}
