package io.felucca.networks.sandbox;

import io.felucca.FeluccaException;
import io.felucca.engine.Drivers;
import io.felucca.engine.Drivers.Watch;
import io.felucca.network.spi.LinkDriver;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.network.spi.PortMapper;
import io.felucca.networks.ports.PortPublisher;
import io.felucca.networks.state.NetworkController;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what is on the host what all sandboxes say: after a start of the engine, and after a firewall's reload. What could
 * not be done for want of a driver is done when one comes. Thread-safe.
 */
public final class HostReconciler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HostReconciler.class);

    private final NetworkController controller;
    private final PortPublisher publisher;
    private final Runnable afterwards;
    private final List<Watch> watches;
    private boolean owed;

    /** @param afterwards when a driver has come and everything was put right: whoever else waits for one is told */
    public HostReconciler(NetworkController controller, PortPublisher publisher, Drivers drivers, Runnable afterwards) {
        this.controller = controller;
        this.publisher = publisher;
        this.afterwards = afterwards;
        watches = Stream.of(NetworkDriver.class, PortMapper.class, LinkDriver.class)
                .map(kind -> drivers.watch(kind, this::driverCame))
                .toList();
    }

    /** @throws FeluccaException UNAVAILABLE for want of a driver; then it is done when one comes */
    public synchronized void restore() {
        owed = true;
        boolean removed = controller.finishRemovals();
        boolean made = controller.ensureAgain();
        if (!publisher.isEmpty()) {
            publisher.restore();
        }
        owed = !(removed && made);
    }

    private void driverCame() {
        Thread thread = new Thread(this::catchUp, "felucca-networks");
        thread.setDaemon(true);
        thread.start();
    }

    private void catchUp() {
        try {
            restoreIfOwed();
        } catch (FeluccaException e) {
            LOG.warn("putting back rules of networks and ports: {}", e.getMessage());
        }
        afterwards.run();
    }

    private synchronized void restoreIfOwed() {
        if (owed) {
            restore();
        }
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
    }
}
