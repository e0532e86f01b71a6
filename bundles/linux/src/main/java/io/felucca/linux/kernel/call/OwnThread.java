package io.felucca.linux.kernel.call;

import io.felucca.FeluccaException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs work on a thread that ends afterwards, for what a thread cannot undo: entering a namespace. */
public final class OwnThread {

    private static final int STACK_BYTES = 256 * 1024;

    private OwnThread() {}

    public static <T> T call(String name, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(null, task, name, STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FeluccaException known) {
                throw known;
            } else if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw FeluccaException.system(name + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeluccaException(FeluccaException.Kind.UNAVAILABLE, name + " was interrupted", e);
        }
    }
}
