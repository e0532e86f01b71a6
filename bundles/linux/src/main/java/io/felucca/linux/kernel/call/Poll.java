package io.felucca.linux.kernel.call;

/** poll(2) on a few descriptors. */
public final class Poll {

    public static final int IN = 1;
    public static final int OUT = 4;

    private Poll() {}

    public static boolean readable(int fd, long timeoutMillis) {
        return ready(new int[] {fd}, new int[] {IN}, timeoutMillis)[0] != 0;
    }

    /** What is ready, in the order given; a negative descriptor is skipped. All zero after the time. */
    public static int[] ready(int[] fds, int[] events, long timeoutMillis) {
        long deadline = System.nanoTime() + Math.min(timeoutMillis, Long.MAX_VALUE / 2_000_000) * 1_000_000;
        Scratch scratch = Scratch.get().reset();
        long base = scratch.takeCleared(8 * fds.length);
        for (int i = 0; i < fds.length; i++) {
            scratch.putInt(base + 8L * i, fds[i]);
            scratch.putShort(base + 8L * i + 4, events[i]);
        }
        while (true) {
            long left = Math.max(0, (deadline - System.nanoTime() + 999_999) / 1_000_000);
            int count = Libc.POLL.call(base, fds.length, Math.min(left, Integer.MAX_VALUE));
            if (count < 0 && Libc.errno() != Errno.EINTR) {
                throw Errno.system("poll", "descriptors", Libc.errno());
            }
            if (count > 0 || count == 0 && left == 0) {
                int[] ready = new int[fds.length];
                for (int i = 0; i < fds.length; i++) {
                    ready[i] = scratch.getShort(base + 8L * i + 6);
                }
                return ready;
            }
        }
    }
}
