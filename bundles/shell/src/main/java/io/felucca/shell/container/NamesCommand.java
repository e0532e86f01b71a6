package io.felucca.shell.container;

import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.Command;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command of one or more containers' names. */
abstract class NamesCommand implements Command {

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> names = new ArrayList<>();

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(1);
    }
}
