package io.felucca.shell.command;

import io.felucca.FeluccaException;
import io.felucca.shell.user.ClientSession;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.felix.service.command.CommandSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * A command as a Gogo function. Errors become Docker's texts here: a wrong option ends with 125, a wrong number of words
 * and an error of the engine with 1, unless the command says otherwise.
 */
public final class ShellFunction implements NamedFunction {

    /** The session variable by which a command tells its exit code. */
    public static final String EXIT = "felucca.exit";

    private static final Logger LOG = LoggerFactory.getLogger(ShellFunction.class);
    private static final int WRONG_OPTION = 125;
    private static final long PREPARE_AFTER_MILLIS = 500;

    /** Makes a command under each of its names, which share what is prepared. */
    public static final class Maker {

        private final Prepared.Pool pool;
        private final List<String> aliases;

        private Maker(Prepared.Pool pool, List<String> aliases) {
            this.pool = pool;
            this.aliases = aliases;
        }

        /** Makes the first use fast: on a thread that ends at once, and after the engine's start, which it would slow. */
        public Maker prepared() {
            Thread thread = new Thread(this::prepare, "felucca-prepare");
            thread.setDaemon(true);
            thread.start();
            return this;
        }

        private void prepare() {
            try {
                TimeUnit.MILLISECONDS.sleep(PREPARE_AFTER_MILLIS);
                pool.give(pool.take());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (NoClassDefFoundError | CommandLine.PicocliException e) {
                // The platform has uninstalled the bundle meanwhile: its classes are no longer loaded. The first use
                // tells of any other failure.
                LOG.debug("a command is not prepared: {}", e.toString());
            }
        }

        /** @param name as the user types it, such as {@code ps} or {@code container ls} */
        public ShellFunction named(String name) {
            return new ShellFunction(name, pool, aliases);
        }
    }

    /** @param aliases all the names that help shows, when there are several */
    public static Maker of(Supplier<? extends Command> command, String... aliases) {
        return new Maker(new Prepared.Pool(command), List.of(aliases));
    }

    private final String name;
    private final Prepared.Pool pool;

    private final List<String> aliases;

    private ShellFunction(String name, Prepared.Pool pool, List<String> aliases) {
        this.name = name;
        this.pool = pool;
        this.aliases = aliases;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        Prepared prepared = pool.take();
        try {
            return CommandHelp.summary(prepared.line().getCommandSpec());
        } finally {
            pool.give(prepared);
        }
    }

    @Override
    public List<String> completions(List<String> before, boolean option) {
        Prepared prepared = pool.take();
        try {
            if (option) {
                return prepared.line().getCommandSpec().options().stream()
                        .filter(known -> !known.hidden())
                        .map(OptionSpec::longestName)
                        .toList();
            }
            boolean others = before.stream().anyMatch(word -> !word.startsWith("-"));
            return prepared.command() instanceof StopsAtWord && others
                    ? List.of()
                    : prepared.command().candidates();
        } finally {
            pool.give(prepared);
        }
    }

    @Override
    public Object execute(CommandSession session, List<Object> words) throws InterruptedException {
        return SessionRun.execute(session, words, name, this::attempt);
    }

    /** Prints its error, if there is one. @return the exit code */
    public int run(List<String> words, ClientSession user) throws InterruptedException {
        return SessionRun.printingErrors(words, user, this::attempt);
    }

    /**
     * @return the exit code
     * @throws CommandFailure with the text for the user
     */
    int attempt(List<String> words, ClientSession user) throws InterruptedException {
        Prepared prepared = pool.take();
        CommandLine line = prepared.line();
        try {
            return run(words, user, prepared.command(), line);
        } catch (Flags.FlagError e) {
            throw wrongOption(line, e.getMessage(), e);
        } catch (ParameterException e) {
            throw wrongOption(line, text(e), e);
        } catch (FeluccaException e) {
            throw new CommandFailure(1, "Error response from daemon: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandFailure(1, e.getMessage(), e);
        } finally {
            pool.give(prepared);
        }
    }

    private int run(List<String> words, ClientSession user, Command command, CommandLine line)
            throws IOException, InterruptedException {
        Flags flags = new Flags(line.getCommandSpec(), !(command instanceof StopsAtWord));
        ParseResult parsed = line.parseArgs(flags.normalise(words).toArray(new String[0]));
        if (parsed.hasMatchedOption("--help")) {
            CommandHelp.command(user.out(), name, aliases, line.getCommandSpec());
            return 0;
        }
        Arguments arguments = command.arguments();
        int count = parsed.hasMatchedPositional(0)
                ? parsed.matchedPositional(0).originalStringValues().size()
                : 0;
        String complaint = arguments.complaint(count);
        if (!complaint.isEmpty()) {
            throw new CommandFailure(
                    1,
                    "felucca: 'felucca " + name + "' " + complaint + "\n\n" + usage(line) + "\n\n" + arguments.hint()
                            + " 'felucca " + name + " --help' for more information");
        }
        refuseNotBuilt(parsed);
        return command.run(user);
    }

    private static void refuseNotBuilt(ParseResult parsed) {
        for (OptionSpec option : parsed.matchedOptions()) {
            if (option.userObject() instanceof Field field && field.isAnnotationPresent(NotBuilt.class)) {
                String instead = field.getAnnotation(NotBuilt.class).value();
                throw new CommandFailure(
                        WRONG_OPTION,
                        "felucca: " + Flags.shown(option) + " is not supported by this version of felucca"
                                + (instead.isEmpty() ? "" : ": " + instead));
            }
        }
    }

    private CommandFailure wrongOption(CommandLine line, String text, RuntimeException cause) {
        return new CommandFailure(
                WRONG_OPTION,
                text + "\n\n" + usage(line) + "\n\nRun 'felucca " + name + " --help' for more information",
                cause);
    }

    private String usage(CommandLine line) {
        return CommandHelp.usage(name, line.getCommandSpec());
    }

    private static String text(ParameterException e) {
        ArgSpec argument = e.getArgSpec();
        if (argument instanceof OptionSpec option && e.getValue() != null) {
            Class<?> type = option.type();
            boolean number = type == Integer.class || type == int.class || type == Long.class || type == long.class;
            String reason = number && option.converters().length == 0
                    ? "strconv.ParseInt: parsing \"" + e.getValue() + "\": invalid syntax"
                    : rootMessage(e);
            return "invalid argument \"" + e.getValue() + "\" for \"" + Flags.shown(option) + "\" flag: " + reason;
        }
        return e.getMessage();
    }

    private static String rootMessage(ParameterException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage();
    }
}
