package io.felucca.shell.gogo;

import io.felucca.shell.command.CommandHelp;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.Nearest;
import io.felucca.shell.command.ShellFunction;
import io.felucca.shell.user.ClientSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.threadio.ThreadIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands of the scope {@code felucca} with their words as an array: nothing is joined to a line, so nothing is
 * quoted, expanded or split again. Any bundle's command of that scope is one.
 */
public final class GogoCommands {

    private static final Logger LOG = LoggerFactory.getLogger(GogoCommands.class);
    private static final String SCOPE = NamedFunction.SCOPE;

    private static final List<String> VERSION = List.of(
            "version",
            "--format",
            "{{with index .Server.Components 0}}Felucca version {{.Version}}, build {{.Details.GitCommit}}{{end}}");

    private final CommandProcessor processor;
    private final ThreadIO threadIo;
    private final GogoFunctions functions;

    /** @param threadIo null where the platform keeps its own to itself: then System.out is the engine's in other bundles' commands */
    public GogoCommands(CommandProcessor processor, ThreadIO threadIo, GogoFunctions functions) {
        this.processor = processor;
        this.threadIo = threadIo;
        this.functions = functions;
    }

    /** @return the exit code */
    public int run(List<String> words, ClientSession user) {
        try (CommandSession session = processor.createSession(user.in(), user.out(), user.err())) {
            session.put("SCOPE", SCOPE + ":*");
            session.put(ClientSession.KEY, user);
            if (threadIo != null) {
                threadIo.setStreams(user.in(), user.out(), user.err());
            }
            try {
                return run(words, user, session);
            } finally {
                if (threadIo != null) {
                    threadIo.close();
                }
                user.out().flush();
                user.err().flush();
            }
        }
    }

    private Object command(CommandSession session, String name) {
        Optional<NamedFunction> own = functions.find(name);
        return own.isPresent() ? own.get() : session.get(SCOPE + ":" + name);
    }

    private int run(List<String> typed, ClientSession user, CommandSession session) {
        List<String> words = plain(typed);
        if (words.isEmpty()) {
            functions.addTo(session);
            CommandHelp.commands(user.out(), descriptions(session));
            return 0;
        }
        String name = words.get(0);
        Object function = name.indexOf(':') >= 0 ? null : command(session, name);
        if (!(function instanceof Function command)) {
            user.err()
                    .println("felucca: unknown command: felucca " + name + "\n\n"
                            + Nearest.suggestion("", name, names(session))
                            + "Run 'felucca --help' for more information");
            return 1;
        }
        return run(command, new ArrayList<>(words.subList(1, words.size())), user, session);
    }

    /** A command may be anybody's and fail with anything: here is where it ends. */
    private static int run(Function command, List<Object> words, ClientSession user, CommandSession session) {
        try {
            Object result = command.execute(session, words);
            if (result != null) {
                user.out().println(session.format(result, Converter.INSPECT));
            }
            return session.get(ShellFunction.EXIT) instanceof Integer code ? code : 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 130;
        } catch (Exception e) { // Function.execute declares it
            user.err().println("felucca: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return 1;
        } catch (OutOfMemoryError e) {
            // What the command held is free again by now, and the engine's other work needs none of it.
            LOG.error("a command failed: out of memory ({})", e.getMessage());
            user.err()
                    .println("felucca: the engine has too little memory for this command (" + e.getMessage()
                            + "): repeat it later, or give the engine more (FELUCCA_JAVA_OPTS=-Xmx512m)");
            return 1;
        }
    }

    /** Docker's other ways to ask for help and version, as commands. @return empty for the list of commands */
    private static List<String> plain(List<String> words) {
        if (words.isEmpty()) {
            return words;
        }
        return switch (words.get(0)) {
            case "--help", "-h" -> List.of();
            case "help" -> {
                List<String> asked = new ArrayList<>(words.subList(1, words.size()));
                if (!asked.isEmpty()) {
                    asked.add("--help");
                }
                yield asked;
            }
            case "--version", "-v" -> VERSION;
            default -> words;
        };
    }

    private static Map<String, String> descriptions(CommandSession session) {
        Map<String, String> lines = new TreeMap<>();
        names(session)
                .forEach(name -> lines.put(
                        name,
                        function(session, name).map(NamedFunction::description).orElse("")));
        return lines;
    }

    /** A command of the engine's own, in a session that {@link GogoFunctions#addTo} has prepared; else empty. */
    public static Optional<NamedFunction> function(CommandSession session, String name) {
        return Optional.ofNullable(session.get(SCOPE + ":" + name) instanceof NamedFunction named ? named : null);
    }

    /** Names of the commands there are now, sorted. */
    public static TreeSet<String> names(CommandSession session) {
        TreeSet<String> names = new TreeSet<>();
        if (session.get(".commands") instanceof Iterable<?> commands) {
            for (Object command : commands) {
                String text = command.toString();
                if (text.startsWith(SCOPE + ":")) {
                    names.add(text.substring(SCOPE.length() + 1));
                }
            }
        }
        return names;
    }
}
