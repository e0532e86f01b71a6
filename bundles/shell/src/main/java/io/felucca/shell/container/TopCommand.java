package io.felucca.shell.container;

import io.felucca.containers.Containers;
import io.felucca.containers.Containers.ProcessTable;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.StopsAtWord;
import io.felucca.shell.container.options.NamesCommand;
import io.felucca.shell.text.Table;
import io.felucca.shell.user.ClientSession;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code top}: the machine's ps, of one container's processes. */
@Command(customSynopsis = "CONTAINER [ps OPTIONS]", description = "Display the running processes of a container")
final class TopCommand implements StopsAtWord {

    private static final int WIDTH = 20;

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    private final Containers containers;

    TopCommand(Containers containers) {
        this.containers = containers;
    }

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(1);
    }

    @Override
    public List<String> candidates() {
        return NamesCommand.names(containers);
    }

    @Override
    public int run(ClientSession user) {
        ProcessTable table = containers.top(words.get(0), String.join(" ", words.subList(1, words.size())));
        List<String> lines = new ArrayList<>();
        lines.add(String.join("\t", table.titles()));
        table.rows().forEach(row -> lines.add(String.join("\t", row)));
        user.out().print(Table.align(lines, WIDTH));
        return 0;
    }
}
