package io.felucca.shell.container.options;

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
public abstract class NamesCommand implements Command {

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    public List<String> names = new ArrayList<>();

    public final Containers containers;

    public NamesCommand(Containers containers) {
        this.containers = containers;
    }

    @Override
    public List<String> candidates() {
        return names(containers);
    }

    public static List<String> names(Containers containers) {
        return containers.list(true, Map.of()).stream().map(Container::name).toList();
    }

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(1);
    }
}
