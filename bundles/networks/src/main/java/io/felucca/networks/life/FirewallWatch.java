package io.felucca.networks.life;

import io.felucca.FeluccaException;
import io.felucca.linux.Fd;
import io.felucca.linux.Poller;
import io.felucca.linux.Sockets;
import io.felucca.linux.net.Nftables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has rules put back soon after a firewall was loaded anew: one thread, which waits for the kernel's word. */
final class FirewallWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FirewallWatch.class);
    /** A reload is several transactions. */
    private static final long SETTLE_MILLIS = 100;

    private final Nftables nftables;
    private final Runnable restore;
    private final Poller poller;
    private boolean due;

    FirewallWatch(Nftables nftables, Sockets sockets, Runnable restore) {
        this.nftables = nftables;
        this.restore = restore;
        this.poller = sockets.openPoller();
        Thread thread = new Thread(this::run, "felucca-firewall");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try (Fd watch = nftables.watch();
                Poller.Registration registration = poller.register(watch, Poller.READABLE, events -> ready(watch))) {
            LOG.debug("watching by {}", registration);
            poller.run();
        } catch (FeluccaException e) {
            LOG.warn("rules that a firewall's reload removes are not put back: {}", e.getMessage());
        }
    }

    private void ready(Fd watch) {
        if (nftables.reloaded(watch) && !due) {
            due = true;
            poller.schedule(SETTLE_MILLIS, this::putBack);
        }
    }

    private void putBack() {
        due = false;
        try {
            restore.run();
            LOG.info("rules of networks and ports are as they should be, after a change of the firewall");
        } catch (FeluccaException e) {
            LOG.error("putting rules back after a change of the firewall: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        poller.close();
    }
}
