package io.felucca.shell.command;

import io.felucca.shell.user.ClientSession;
import java.io.IOException;
import java.util.List;

/** A command with its options read: a picocli-annotated object, made for one run. */
public interface Command {

    /** How many words it takes. */
    default Arguments arguments() {
        return Arguments.NONE;
    }

    /** Names that may be meant by a word: for completion. */
    default List<String> candidates() {
        return List.of();
    }

    /**
     * @return the exit code
     * @throws CommandFailure for what is said in other words than the engine's
     * @throws io.felucca.FeluccaException the engine's error
     * @throws IOException the user's side failed: a file, the connection
     */
    int run(ClientSession user) throws IOException, InterruptedException;
}
