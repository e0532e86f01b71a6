package io.felucca.shell.interactive;

import io.felucca.shell.command.Command;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.ShellFunction;
import io.felucca.shell.gogo.GogoFunctions;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import io.felucca.shell.user.TerminalClientSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shell}: a Gogo shell at the user's terminal, or lines of standard input where there is none. */
@CommandLine.Command(customSynopsis = "[OPTIONS]", description = "Open the engine's Gogo shell")
final class ShellCommand implements Command {

    private static final Set<String> LEAVING = Set.of("exit", "quit", "logout");

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    private final CommandProcessor processor;
    private final GogoFunctions functions;

    ShellCommand(CommandProcessor processor, GogoFunctions functions) {
        this.processor = processor;
        this.functions = functions;
    }

    @Override
    @SuppressWarnings("try") // what only has to be closed
    public int run(ClientSession user) throws IOException {
        if (!user.isTerminal(Stream.IN)) {
            return lines(user);
        }
        String type = user.terminalType().isEmpty() ? "dumb" : user.terminalType();
        try (ClientSession.Ending raw = user.rawMode();
                Terminal terminal =
                        new ExternalTerminal("felucca", type, user.in(), user.out(), StandardCharsets.UTF_8);
                TerminalClientSession side = new TerminalClientSession(user, terminal)) {
            side.resize(user.size());
            try (ClientSession.Ending size = user.onResize(side::resize);
                    CommandSession session = session(side, terminal.output())) {
                converse(terminal, session, side);
            }
            terminal.flush();
        } finally {
            user.in().close();
        }
        return 0;
    }

    private CommandSession session(ClientSession side, OutputStream out) {
        CommandSession session = processor.createSession(side.in(), out, out);
        session.put("SCOPE", NamedFunction.SCOPE + ":*");
        session.put(ClientSession.KEY, side);
        functions.addTo(session);
        return session;
    }

    private void converse(Terminal terminal, CommandSession session, ClientSession side) {
        LineReader reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("felucca")
                .completer(new WordCompleter(session))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .build();
        while (true) {
            try {
                String line = reader.readLine("felucca> ").strip();
                if (LEAVING.contains(line)) {
                    return;
                }
                execute(line, session, side);
            } catch (UserInterruptException e) {
                // The line is dropped, as every shell does.
                continue;
            } catch (EndOfFileException e) {
                return;
            }
        }
    }

    private int lines(ClientSession user) throws IOException {
        boolean failed = false;
        try (CommandSession session = processor.createSession(user.in(), user.out(), user.err())) {
            session.put("SCOPE", NamedFunction.SCOPE + ":*");
            session.put(ClientSession.KEY, user);
            BufferedReader reader = new BufferedReader(new InputStreamReader(user.in(), StandardCharsets.UTF_8));
            for (String line = reader.readLine();
                    line != null && !LEAVING.contains(line.strip());
                    line = reader.readLine()) {
                failed = !execute(line.strip(), session, user);
            }
        }
        return failed ? 1 : 0;
    }

    /** A line may call anybody's command and fail with anything: here is where it ends. @return whether it succeeded */
    private boolean execute(String line, CommandSession session, ClientSession side) {
        if (line.isEmpty() || line.startsWith("#")) {
            return true;
        }
        session.put(ShellFunction.EXIT, 0);
        functions.addTo(session);
        try {
            Object result = session.execute(line);
            if (result != null) {
                side.out().println(session.format(result, Converter.INSPECT));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception e) { // CommandSession.execute declares it
            side.err().println("felucca: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return false;
        }
        return Integer.valueOf(0).equals(session.get(ShellFunction.EXIT));
    }
}
