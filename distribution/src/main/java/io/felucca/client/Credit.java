package io.felucca.client;

/** How many bytes the engine has asked for and not got yet. */
final class Credit {

    private long bytes;
    private boolean closed;

    synchronized void add(long more) {
        bytes += more;
        notifyAll();
    }

    /** Waits for credit and takes some. @return at least 1 and at most max, or 0 once closed */
    synchronized int take(int max) {
        while (bytes == 0 && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                return 0;
            }
        }
        if (closed) {
            return 0;
        }
        int taken = (int) Math.min(bytes, max);
        bytes -= taken;
        return taken;
    }

    /** Gives back what was taken and not used. */
    void giveBack(int unused) {
        add(unused);
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
