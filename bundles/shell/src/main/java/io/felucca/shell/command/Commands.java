package io.felucca.shell.command;

import java.util.List;

/** Commands that are there as long as this service is. {@link CommandRegistry} makes them Gogo's. */
public interface Commands {

    List<NamedFunction> functions();
}
