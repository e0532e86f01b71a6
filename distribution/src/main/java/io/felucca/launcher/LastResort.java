package io.felucca.launcher;

import java.util.function.IntConsumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Takes what ended a thread. A request that runs out of memory fails alone; where a thread of the engine's own does, what
 * it watched would be watched no more, so the engine ends at once and its next start finishes what was under way. A
 * service manager starts it again; containers run on.
 */
final class LastResort implements Thread.UncaughtExceptionHandler {

    /** The JVM's own code for an end by {@code ExitOnOutOfMemoryError}. */
    static final int OUT_OF_MEMORY = 3;

    /** No heap is short then, and other threads go on. */
    private static final String NO_THREAD = "unable to create native thread";

    private static final Logger LOG = Logger.getLogger("io.felucca.launcher");

    private final IntConsumer end;

    /** @param end of the process, with an exit code */
    LastResort(IntConsumer end) {
        this.end = end;
    }

    /** From now on, for all threads of this process. */
    static void watch() {
        // No shutdown hooks: what they would do needs memory.
        Thread.setDefaultUncaughtExceptionHandler(new LastResort(Runtime.getRuntime()::halt));
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        boolean fatal = isOutOfMemory(failure);
        try {
            LOG.log(
                    Level.SEVERE,
                    fatal
                            ? "thread " + thread.getName() + " is out of memory: the engine ends, and containers run on"
                            : "thread " + thread.getName() + " ended",
                    failure);
        } finally {
            if (fatal) {
                end.accept(OUT_OF_MEMORY);
            }
        }
    }

    private static boolean isOutOfMemory(Throwable failure) {
        String message = failure.getMessage();
        return failure instanceof OutOfMemoryError && (message == null || !message.contains(NO_THREAD));
    }
}
