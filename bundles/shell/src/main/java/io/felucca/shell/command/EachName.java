package io.felucca.shell.command;

import io.felucca.FeluccaException;
import io.felucca.shell.user.ClientSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The same for each of several names, at once or in order: an error does not stop the rest, is told at the end, and makes
 * the exit code 1, unless it is a {@link CommandFailure} with the code 0, which is told and no more.
 */
public final class EachName {

    /** What is done for a name. */
    public interface Work {
        /** @return what to print */
        String doFor(String name);
    }

    private static final int MAX_AT_ONCE = 16;

    private EachName() {}

    /** Prints what the work returns in the order of the names. */
    public static int run(List<String> names, ClientSession user, Work work) throws InterruptedException {
        return run(names, user, "", MAX_AT_ONCE, work);
    }

    /**
     * One name after the other, as they are given: one may need what is done for those before it.
     *
     * @param summary of failures, such as {@code failed to start containers}, or empty
     */
    public static int inOrder(List<String> names, ClientSession user, String summary, Work work)
            throws InterruptedException {
        return run(names, user, summary, 1, work);
    }

    @SuppressWarnings("try") // what only has to be closed
    private static int run(List<String> names, ClientSession user, String summary, int atOnce, Work work)
            throws InterruptedException {
        List<FutureTask<String>> tasks = new ArrayList<>();
        names.forEach(name -> tasks.add(new FutureTask<>(() -> work.doFor(name))));
        if (names.size() == 1) {
            tasks.get(0).run();
        } else {
            Queue<FutureTask<String>> waiting = new ConcurrentLinkedQueue<>(tasks);
            for (int i = 0; i < Math.min(atOnce, names.size()); i++) {
                Thread thread = new Thread(() -> runAll(waiting), "felucca-each");
                thread.setDaemon(true);
                thread.start();
            }
        }
        List<String> failed = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        try (ClientSession.Ending watch = user.onGone(() -> tasks.forEach(task -> task.cancel(false)))) {
            for (int i = 0; i < tasks.size(); i++) {
                try {
                    user.out().println(tasks.get(i).get());
                } catch (CancellationException e) {
                    throw new CommandFailure(130, "", e);
                } catch (ExecutionException e) {
                    errors.add(text(e));
                    if (!(e.getCause() instanceof CommandFailure told && told.exitCode() == 0)) {
                        failed.add(names.get(i));
                    }
                }
            }
        }
        user.out().flush();
        if (failed.isEmpty()) {
            errors.forEach(user.err()::println);
            return 0;
        }
        if (!summary.isEmpty()) {
            errors.add("Error: " + summary + ": " + String.join(", ", failed));
        }
        throw CommandFailure.of(errors);
    }

    private static void runAll(Queue<FutureTask<String>> waiting) {
        for (FutureTask<String> task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
    }

    private static String text(ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof FeluccaException) {
            return "Error response from daemon: " + cause.getMessage();
        }
        if (cause instanceof CommandFailure) {
            return cause.getMessage();
        }
        if (cause instanceof RuntimeException programmingError) {
            throw programmingError;
        }
        throw new IllegalStateException(cause);
    }
}
