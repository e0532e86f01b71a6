package io.felucca.shell.command;

import java.util.List;
import org.apache.felix.service.command.Function;

/** A Gogo function that knows its name and what it is for. */
public interface NamedFunction extends Function {

    /** The scope of the engine's commands; any bundle may register more in it. */
    String SCOPE = "felucca";

    String name();

    /** A line for lists of commands. */
    String description();

    /** What may follow these words, all possibilities whatever the next word begins with: for completion. */
    List<String> completions(List<String> before, boolean option);
}
