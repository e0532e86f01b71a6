package io.felucca.networks.sandbox;

import io.felucca.FeluccaException;
import io.felucca.engine.Drivers;
import io.felucca.engine.Drivers.Watch;
import io.felucca.network.spi.LinkDriver;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.network.spi.PortMapper;
import io.felucca.networks.ports.Publishing;
import io.felucca.networks.state.Nets;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what is on the host what all sandboxes say: after a start of the engine, and after a firewall's reload. What could
 * not be done for want of a driver is done when one comes. Thread-safe.
 */
public final class Restoring implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Restoring.class);

    private final Nets nets;
    private final Publishing publishing;
    private final Runnable afterwards;
    private final List<Watch> watches;
    private boolean owed;

    /** @param afterwards when a driver has come and everything was put right: whoever else waits for one is told */
    public Restoring(Nets nets, Publishing publishing, Drivers drivers, Runnable afterwards) {
        this.nets = nets;
        this.publishing = publishing;
        this.afterwards = afterwards;
        watches = Stream.of(NetworkDriver.class, PortMapper.class, LinkDriver.class)
                .map(kind -> drivers.watch(kind, this::driverCame))
                .toList();
    }

    /** @throws FeluccaException UNAVAILABLE for want of a driver; then it is done when one comes */
    public synchronized void restore() {
        owed = true;
        boolean removed = nets.finishRemovals();
        boolean made = nets.ensureAgain();
        if (!publishing.isEmpty()) {
            publishing.restore();
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
