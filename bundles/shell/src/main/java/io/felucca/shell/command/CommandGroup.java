package io.felucca.shell.command;

import io.felucca.shell.user.ClientSession;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.felix.service.command.CommandSession;

/** A management command: {@code container ls}, {@code image rm}. */
public final class CommandGroup implements NamedFunction {

    private final String name;
    private final String description;
    private final Map<String, ShellFunction> commands = new TreeMap<>();
    private final Map<String, ShellFunction> aliases = new LinkedHashMap<>();

    public CommandGroup(String name, String description) {
        this.name = name;
        this.description = description;
    }

    /** Adds a command under its name in this group, and others that help does not show. */
    public CommandGroup with(ShellFunction.Maker maker, String commandName, String... otherNames) {
        commands.put(commandName, maker.named(name + " " + commandName));
        for (String other : otherNames) {
            aliases.put(other, maker.named(name + " " + other));
        }
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public List<String> completions(List<String> before, boolean option) {
        if (before.isEmpty()) {
            return option ? List.of("--help") : List.copyOf(commands.keySet());
        }
        ShellFunction function = find(before.get(0));
        return function == null ? List.of() : function.completions(before.subList(1, before.size()), option);
    }

    private ShellFunction find(String word) {
        return commands.containsKey(word) ? commands.get(word) : aliases.get(word);
    }

    @Override
    public Object execute(CommandSession session, List<Object> words) throws InterruptedException {
        return SessionRun.execute(session, words, name, this::attempt);
    }

    int run(List<String> words, ClientSession user) throws InterruptedException {
        return SessionRun.printingErrors(words, user, this::attempt);
    }

    private int attempt(List<String> words, ClientSession user) throws InterruptedException {
        if (words.isEmpty() || words.get(0).equals("--help")) {
            Map<String, String> lines = new LinkedHashMap<>();
            commands.forEach((command, function) -> lines.put(command, function.description()));
            CommandHelp.group(words.isEmpty() ? user.err() : user.out(), name, description, lines);
            return 0;
        }
        String first = words.get(0);
        ShellFunction function = find(first);
        if (function == null) {
            throw new CommandFailure(
                    1,
                    "felucca: unknown command: felucca " + name + " " + first + "\n\nUsage:  felucca " + name + "\n\n"
                            + Nearest.suggestion(name + " ", first, commands.keySet()) + "Run 'felucca " + name
                            + " --help' for more information");
        }
        return function.attempt(words.subList(1, words.size()), user);
    }
}
