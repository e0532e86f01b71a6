package io.felucca.shell.user;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Attributes.OutputFlag;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.Terminal.SignalHandler;

/**
 * The user of a command at a JLine terminal: of the interactive shell, or of a session of the platform's own. Streams,
 * size and signals are the terminal's; files are those of another user side. An interrupt that no command handles is to
 * the command as if its user had left; a session whose command has no such action keeps its own handling.
 *
 * <p>Thread-safe. {@link #close} gives the terminal its earlier signal handlers back and leaves it open.
 */
public final class TerminalClientSession extends ForwardingClientSession implements AutoCloseable {

    private static final Size SMALL = new Size(80, 24);

    private final Terminal terminal;
    private final PrintStream out;
    private final List<Consumer<Size>> resizeHandlers = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> signalHandlers = new CopyOnWriteArrayList<>();
    private final List<Runnable> goneActions = new CopyOnWriteArrayList<>();
    private final Map<Signal, SignalHandler> earlier = new EnumMap<>(Signal.class);

    /** @param user whose files, directory, variables and logins the commands reach */
    public TerminalClientSession(ClientSession user, Terminal terminal) {
        super(user);
        this.terminal = terminal;
        this.out = new PrintStream(terminal.output(), true, StandardCharsets.UTF_8);
        handle(Signal.INT, this::interrupt);
        handle(Signal.QUIT, this::interrupt);
        handle(Signal.TSTP, SignalHandler.SIG_IGN);
        handle(Signal.WINCH, signal -> resizeHandlers.forEach(handler -> handler.accept(size())));
    }

    private void handle(Signal signal, SignalHandler handler) {
        earlier.put(signal, terminal.handle(signal, handler));
    }

    /** For the terminal's reading thread. */
    private void interrupt(Signal signal) {
        List<Runnable> actions = new ArrayList<>(goneActions);
        if (!signalHandlers.isEmpty()) {
            signalHandlers.forEach(handler -> handler.accept(signal.name()));
        } else if (!actions.isEmpty()) {
            goneActions.removeAll(actions);
            actions.forEach(Runnable::run);
        } else {
            SignalHandler before = earlier.get(signal);
            if (before != null && before != SignalHandler.SIG_DFL && before != SignalHandler.SIG_IGN) {
                before.handle(signal);
            }
        }
    }

    /** Gives the terminal a size and tells the command. */
    public void resize(Size size) {
        terminal.setSize(new org.jline.terminal.Size(size.columns(), size.rows()));
        terminal.raise(Signal.WINCH);
    }

    @Override
    public void close() {
        out.flush();
        earlier.forEach(
                (signal, handler) -> terminal.handle(signal, handler == null ? SignalHandler.SIG_DFL : handler));
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
        org.jline.terminal.Size size = terminal.getSize();
        return size.getColumns() > 0 && size.getRows() > 0 ? new Size(size.getColumns(), size.getRows()) : SMALL;
    }

    @Override
    public String terminalType() {
        return user.terminalType().isEmpty() ? terminal.getType() : user.terminalType();
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

    /** Changes the terminal's line discipline; in the interactive shell the user's own terminal has been raw all along. */
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
}
