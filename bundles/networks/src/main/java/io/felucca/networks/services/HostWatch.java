package io.felucca.networks.services;

import io.felucca.FeluccaException;
import io.felucca.linux.Poller;
import io.felucca.linux.Sockets;
import io.felucca.linux.files.Fd;
import io.felucca.linux.net.Nftables;
import io.felucca.linux.net.Rtnetlink;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has what networks need on the host put back soon after somebody took it: rules when a firewall was loaded anew, devices
 * when they were removed. One thread, which waits for the kernel's word.
 */
final class HostWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HostWatch.class);
    /** A reload is several transactions. */
    private static final long SETTLE_MILLIS = 100;

    private final Nftables nftables;
    private final Rtnetlink rtnetlink;
    private final Predicate<Set<String>> used;
    private final Runnable restore;
    private final Poller poller;
    private boolean due;

    /** @param used whether a network needs one of these devices */
    HostWatch(Nftables nftables, Rtnetlink rtnetlink, Sockets sockets, Predicate<Set<String>> used, Runnable restore) {
        this.nftables = nftables;
        this.rtnetlink = rtnetlink;
        this.used = used;
        this.restore = restore;
        this.poller = sockets.openPoller();
        Thread thread = new Thread(this::run, "felucca-host");
        thread.setDaemon(true);
        thread.start();
    }

    private record Watched(Fd fd, Poller.Registration registration) implements AutoCloseable {
        @Override
        public void close() {
            registration.close();
            fd.close();
        }
    }

    private void run() {
        try (Watched rules = watch(nftables::watch, this::rulesChanged, "rules that a firewall's reload removes");
                Watched devices = watch(rtnetlink::watchRemovals, this::devicesRemoved, "bridges that are deleted")) {
            LOG.debug("watching by {} and {}", rules, devices);
            poller.run();
        }
    }

    /** @return null where the kernel refuses it */
    private Watched watch(Supplier<Fd> open, Consumer<Fd> changed, String what) {
        Fd fd = null;
        try {
            fd = open.get();
            Fd watched = fd;
            return new Watched(fd, poller.register(fd, Poller.READABLE, events -> changed.accept(watched)));
        } catch (FeluccaException e) {
            LOG.warn("{} are not put back: {}", what, e.getMessage());
            if (fd != null) {
                fd.close();
            }
            return null;
        }
    }

    private void rulesChanged(Fd watch) {
        if (nftables.reloaded(watch)) {
            restoreSoon("a change of the firewall");
        }
    }

    private void devicesRemoved(Fd watch) {
        if (rtnetlink.removed(watch).map(used::test).orElse(true)) {
            restoreSoon("the removal of a device");
        }
    }

    private void restoreSoon(String cause) {
        if (!due) {
            due = true;
            poller.schedule(SETTLE_MILLIS, () -> putBack(cause));
        }
    }

    private void putBack(String cause) {
        due = false;
        try {
            restore.run();
            LOG.info("networks, rules and ports are as they should be, after {}", cause);
        } catch (FeluccaException e) {
            LOG.error("putting back networks, rules and ports after {}: {}", cause, e.getMessage());
        }
    }

    @Override
    public void close() {
        poller.close();
    }
}
