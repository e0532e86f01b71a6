package io.felucca.containers.logs;

/** Wakes who follows a log. What was told while nobody waited is not lost. */
public class LogSignal {

    private boolean told;

    public synchronized void tell() {
        told = true;
        notifyAll();
    }

    /** Waits until something was told since the last call, or that long. */
    synchronized void await(long millis) throws InterruptedException {
        if (!told) {
            wait(millis);
        }
        told = false;
    }
}
