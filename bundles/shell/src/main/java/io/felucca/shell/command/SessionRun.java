package io.felucca.shell.command;

import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.PipelineClientSession;
import java.util.List;
import org.apache.felix.service.command.CommandSession;

/**
 * Runs a command in a Gogo session. In a session of the front end's the command prints its own error, and the exit code
 * is the session variable {@value ShellFunction#EXIT}. In a session of the platform's own (Karaf's console, ssh) the
 * variable is set too, and an error is thrown: the platform prints it and makes a failure of it.
 */
final class SessionRun {

    /** A command that throws its error. */
    @FunctionalInterface
    interface Attempt {

        /**
         * @return the exit code
         * @throws CommandFailure with the text for the user
         */
        int run(List<String> words, ClientSession user) throws InterruptedException;
    }

    private SessionRun() {}

    /**
     * @param name of the command, as the user types it
     * @return null, so that Gogo prints nothing more
     * @throws CommandFailure in a session of the platform's own, when the exit code is not 0
     */
    static Object execute(CommandSession session, List<Object> typed, String name, Attempt attempt)
            throws InterruptedException {
        List<String> words = typed.stream().map(String::valueOf).toList();
        if (!PipelineClientSession.isForeign(session)) {
            session.put(
                    ShellFunction.EXIT,
                    PipelineClientSession.with(session, user -> printingErrors(words, user, attempt)));
            return null;
        }
        try {
            int code = PipelineClientSession.with(session, user -> flushing(words, user, attempt));
            session.put(ShellFunction.EXIT, code);
            if (code != 0) {
                throw new CommandFailure(code, "felucca " + name + ": exit code " + code);
            }
        } catch (CommandFailure e) {
            session.put(ShellFunction.EXIT, e.exitCode());
            throw e;
        }
        return null;
    }

    private static int flushing(List<String> words, ClientSession user, Attempt attempt) throws InterruptedException {
        try {
            return attempt.run(words, user);
        } finally {
            user.out().flush();
            user.err().flush();
        }
    }

    /** @return the exit code */
    static int printingErrors(List<String> words, ClientSession user, Attempt attempt) throws InterruptedException {
        try {
            return attempt.run(words, user);
        } catch (CommandFailure e) {
            if (!e.getMessage().isEmpty()) {
                user.err().println(e.getMessage());
            }
            return e.exitCode();
        } finally {
            user.out().flush();
            user.err().flush();
        }
    }
}
