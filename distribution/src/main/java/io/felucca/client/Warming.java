package io.felucca.client;

import java.security.SecureRandom;

/**
 * Loads the security providers beside the main thread. The JDK's Unix sockets make a SecureRandom when their class is
 * initialised (sun.nio.ch.UnixDomainSockets in 17); that takes a third of this program's time, and does not depend on
 * the rest.
 */
final class Warming extends Thread {

    private Warming() {
        super("felucca-warming");
        setDaemon(true);
    }

    static void begin() {
        new Warming().start();
    }

    @Override
    public void run() {
        new SecureRandom();
    }
}
