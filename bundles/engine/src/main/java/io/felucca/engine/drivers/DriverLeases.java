package io.felucca.engine.drivers;

import io.felucca.FeluccaException;
import io.felucca.engine.DriverKind;
import io.felucca.engine.Drivers;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases on the driver services of a framework. The registry tells of a service that goes away on the thread that
 * unregisters it and goes on only when its listeners have returned: that is where leases are waited for. One monitor
 * guards the list of drivers; it is never held while a driver, or the registry, is called.
 */
final class DriverLeases implements Drivers, ServiceTrackerCustomizer<Object, HeldDriver> {

    private static final Logger LOG = LoggerFactory.getLogger(DriverLeases.class);

    private final BundleContext context;
    private final long waitMillis;
    private final long drainMillis;
    private final ServiceTracker<Object, HeldDriver> tracker;
    private final Set<HeldDriver> present = new HashSet<>();
    private final Set<String> seen = new HashSet<>();
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

    private record Watcher(Class<?> kind, Runnable came) {}

    /**
     * @param waitMillis how long a new lease waits for a driver
     * @param drainMillis how long a driver that goes away waits for its leases
     */
    DriverLeases(BundleContext context, long waitMillis, long drainMillis) {
        this.context = context;
        this.waitMillis = waitMillis;
        this.drainMillis = drainMillis;
        try {
            tracker = new ServiceTracker<>(context, context.createFilter("(" + NAME + "=*)"), this);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    void open() {
        tracker.open(true);
    }

    void close() {
        tracker.close();
    }

    @Override
    public <D> Lease<D> lease(Class<D> kind, String name) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        while (true) {
            HeldDriver held = await(kind, name, end);
            Optional<Lease<D>> lease = held.lease(kind);
            if (lease.isPresent()) {
                return lease.get();
            }
            if (!held.isLeaving()) {
                throw FeluccaException.unavailable(kindOf(kind) + " driver " + name + " of bundle "
                        + held.reference().getProperty(Constants.SERVICE_BUNDLEID)
                        + " could not be activated: the engine's log says why");
            }
            forget(held);
        }
    }

    private synchronized HeldDriver await(Class<?> kind, String name, long end) {
        while (true) {
            Optional<HeldDriver> best = present.stream()
                    .filter(held -> held.is(kind, name))
                    .max((a, b) -> a.reference().compareTo(b.reference()));
            if (best.isPresent()) {
                return best.get();
            }
            if (!seen.contains(kind.getName() + "/" + name)) {
                throw FeluccaException.notFound(
                        "no " + kindOf(kind) + " driver " + name + ": there are " + shown(kind));
            }
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw FeluccaException.unavailable(kindOf(kind) + " driver " + name
                        + " is away and did not come back within " + waitMillis
                        + " ms: install or start it (felucca driver ls shows what is there)");
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw FeluccaException.unavailable("interrupted while waiting for " + kindOf(kind) + " driver " + name);
            }
        }
    }

    private static String kindOf(Class<?> spi) {
        DriverKind kind = spi.getAnnotation(DriverKind.class);
        return kind == null ? spi.getSimpleName() : kind.value();
    }

    private String shown(Class<?> kind) {
        List<String> names = names(kind);
        return names.isEmpty() ? "none of this kind" : String.join(", ", names);
    }

    @Override
    public synchronized List<String> names(Class<?> kind) {
        return present.stream()
                .filter(held -> held.is(kind))
                .map(HeldDriver::name)
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public Watch watch(Class<?> kind, Runnable came) {
        Watcher watcher = new Watcher(kind, came);
        watchers.add(watcher);
        return () -> watchers.removeIf(one -> one == watcher);
    }

    @Override
    public HeldDriver addingService(ServiceReference<Object> reference) {
        HeldDriver held = new HeldDriver(context, reference);
        add(held);
        watchers.stream().filter(watcher -> held.is(watcher.kind)).forEach(watcher -> watcher.came.run());
        return held;
    }

    @Override
    public synchronized void modifiedService(ServiceReference<Object> reference, HeldDriver held) {
        add(held);
    }

    private synchronized void add(HeldDriver held) {
        present.add(held);
        for (String kind : held.interfaces()) {
            seen.add(kind + "/" + held.name());
        }
        notifyAll();
    }

    private synchronized void forget(HeldDriver held) {
        present.remove(held);
    }

    @Override
    public void removedService(ServiceReference<Object> reference, HeldDriver held) {
        forget(held);
        int lost = held.drain(drainMillis);
        if (lost > 0) {
            LOG.warn(
                    "driver {} of bundle {} went away while {} calls were in progress; they were cancelled after {} ms",
                    held.name(),
                    reference.getProperty(Constants.SERVICE_BUNDLEID),
                    lost,
                    drainMillis);
        }
        held.release();
    }
}
