package io.felucca.shell.container;

import io.felucca.containers.Container;
import io.felucca.containers.Containers;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command of one or more containers' names. */
abstract class NamesCommand implements Command {

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> names = new ArrayList<>();

    final Containers containers;

    NamesCommand(Containers containers) {
        this.containers = containers;
    }

    @Override
    public List<String> candidates() {
        return names(containers);
    }

    static List<String> names(Containers containers) {
        return containers.list(true, Map.of()).stream().map(Container::name).toList();
    }

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(1);
    }
}
