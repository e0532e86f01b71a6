package io.felucca.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Awaitility gives up after a minute, not after ten seconds: a deadline is there for what hangs, and a busy machine's disk
 * alone can stand still for longer. JUnit's platform finds it by itself wherever this kit is on the class path.
 */
public final class Patience implements LauncherSessionListener {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** Sets the deadline of every wait that names none. */
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(DEADLINE);
    }
}
