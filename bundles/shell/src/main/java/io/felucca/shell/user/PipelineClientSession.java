package io.felucca.shell.user;

import java.io.InputStream;
import java.io.PrintStream;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Process;
import org.jline.terminal.Terminal;

/** The user of a Gogo session, as a command of a pipeline sees it: what is piped is the pipe's, the rest is the user's. */
public final class PipelineClientSession extends ForwardingClientSession {

    /** The variable of Gogo's and of Karaf's console sessions that holds their terminal. */
    private static final String TERMINAL = ".terminal";

    private final Process process;

    private PipelineClientSession(ClientSession user, Process process) {
        super(user);
        this.process = process;
    }

    /** What runs at a user's side, and ends with the exit code of a command. */
    @FunctionalInterface
    public interface Body {
        int run(ClientSession user) throws InterruptedException;
    }

    /** @return whether the session is the platform's own: it shows errors and results by what a command throws */
    public static boolean isForeign(CommandSession session) {
        return !(session.get(KEY) instanceof ClientSession);
    }

    /** Runs a command at the session's user, for the thread that calls. @return the exit code */
    public static int with(CommandSession session, Body body) throws InterruptedException {
        Process process = Process.Utils.current();
        if (session.get(KEY) instanceof ClientSession user) {
            return body.run(process == null ? user : new PipelineClientSession(user, process));
        }
        if (process == null) {
            return body.run(new GogoClientSession(session.currentDir(), System.in, System.out, System.err));
        }
        ClientSession engine = new GogoClientSession(session.currentDir(), process.in(), process.out(), process.err());
        if (!(session.get(TERMINAL) instanceof Terminal terminal) || isDumb(terminal)) {
            return body.run(engine);
        }
        try (TerminalClientSession side = new TerminalClientSession(engine, terminal)) {
            return body.run(new PipelineClientSession(side, process));
        }
    }

    /** A dumb terminal has no raw mode: it stands for streams that are none. */
    private static boolean isDumb(Terminal terminal) {
        return terminal.getType() == null || terminal.getType().startsWith(Terminal.TYPE_DUMB);
    }

    @Override
    public InputStream in() {
        return process.isTty(0) ? user.in() : process.in();
    }

    @Override
    public PrintStream out() {
        return process.isTty(1) ? user.out() : process.out();
    }

    @Override
    public PrintStream err() {
        return process.isTty(2) ? user.err() : process.err();
    }

    @Override
    public boolean isTerminal(Stream stream) {
        return process.isTty(stream.ordinal()) && user.isTerminal(stream);
    }
}
