package io.felucca.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;

/**
 * Work leaves garbage behind, and pages read once, a start's own first of all: when it is over, all shrinks to what an
 * idle engine needs.
 */
final class IdleMemory {

    private static final Logger LOG = Logger.getLogger("io.felucca.launcher");

    /** What bundles have to be run then. */
    private static final String WHEN_IDLE = "(felucca.idle=true)";

    private static final long LOOK_MILLIS = 3_000;
    /** Of processor time, 10 ms each (USER_HZ): what twenty runs take, which leave some 15 MiB. */
    private static final long WORKED_TICKS = 40;
    /** As much of one look's 300 is idle: what a health check or two take. */
    private static final long QUIET_TICKS = 5;

    private final Framework framework;
    private long ticksWhenGiven;
    private long ticksWhenLooked;

    IdleMemory(Framework framework) {
        this.framework = framework;
    }

    /** Returns when the framework has stopped. */
    void giveBackUntilStop() throws InterruptedException {
        if (stoppedWithin(LOOK_MILLIS)) {
            return;
        }
        giveBack();
        while (!stoppedWithin(LOOK_MILLIS)) {
            long ticks = ticks();
            if (isDue(ticks - ticksWhenGiven, ticks - ticksWhenLooked)) {
                giveBack();
            }
            ticksWhenLooked = ticks;
        }
    }

    /** @param sinceGiven ticks of processor time since memory was given back @param sinceLooked ticks since the last look */
    static boolean isDue(long sinceGiven, long sinceLooked) {
        return sinceGiven >= WORKED_TICKS && sinceLooked <= QUIET_TICKS;
    }

    private boolean stoppedWithin(long millis) throws InterruptedException {
        return framework.waitForStop(millis).getType() != FrameworkEvent.WAIT_TIMEDOUT;
    }

    private void giveBack() {
        System.gc();
        try {
            BundleContext context = framework.getBundleContext();
            for (ServiceReference<Runnable> reference : context.getServiceReferences(Runnable.class, WHEN_IDLE)) {
                context.getService(reference).run();
                context.ungetService(reference);
            }
        } catch (RuntimeException | InvalidSyntaxException e) {
            LOG.log(Level.WARNING, "memory is not given back", e);
        }
        ticksWhenGiven = ticks();
        ticksWhenLooked = ticksWhenGiven;
    }

    /** This process's, user's and system's (proc_pid_stat(5), fields 14 and 15). */
    private static long ticks() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        } catch (IOException e) {
            LOG.log(Level.FINE, "the processor time is not known", e);
            return 0;
        }
    }
}
