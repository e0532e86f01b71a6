package io.felucca.engine.drivers;

import io.felucca.FeluccaException;
import io.felucca.engine.Drivers;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/** One driver service and the leases that are out on it. Thread-safe. */
final class HeldDriver {

    private final BundleContext context;
    private final ServiceReference<Object> reference;
    private final Set<OpenLease<?>> leases = new HashSet<>();
    private Object service;
    private boolean leaving;

    HeldDriver(BundleContext context, ServiceReference<Object> reference) {
        this.context = context;
        this.reference = reference;
    }

    ServiceReference<Object> reference() {
        return reference;
    }

    String name() {
        return String.valueOf(reference.getProperty(Drivers.NAME));
    }

    boolean is(Class<?> kind) {
        return List.of(interfaces()).contains(kind.getName());
    }

    boolean is(Class<?> kind, String name) {
        return name.equals(name()) && is(kind);
    }

    /** Names of the SPIs that it is a service of. */
    String[] interfaces() {
        return (String[]) reference.getProperty(Constants.OBJECTCLASS);
    }

    /** Empty when the driver is going away, is not there any more, or is of another class space. */
    <D> Optional<Drivers.Lease<D>> lease(Class<D> kind) {
        // Outside the monitor: this activates the driver's component.
        Object found = service() == null ? context.getService(reference) : null;
        synchronized (this) {
            if (service == null) {
                service = found;
            }
            if (leaving || !kind.isInstance(service)) {
                return Optional.empty();
            }
            OpenLease<D> lease = new OpenLease<>(kind.cast(service), Thread.currentThread());
            leases.add(lease);
            return Optional.of(lease);
        }
    }

    synchronized boolean isLeaving() {
        return leaving || reference.getBundle() == null;
    }

    private synchronized Object service() {
        return service;
    }

    /**
     * Gives no more leases, waits until those that are out are back, and cancels what is left.
     *
     * @return how many leases were lost
     */
    synchronized int drain(long drainMillis) {
        leaving = true;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(drainMillis);
        long left = drainMillis;
        try {
            while (!leases.isEmpty() && left > 0) {
                wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // whoever stops the bundle is in a hurry
        }
        int lost = leases.size();
        leases.forEach(OpenLease::cancel);
        leases.clear();
        return lost;
    }

    /** After {@link #drain}: gives the service back to the registry. */
    void release() {
        if (service() != null) {
            context.ungetService(reference);
        }
    }

    private synchronized void back(OpenLease<?> lease) {
        leases.remove(lease);
        notifyAll();
    }

    private final class OpenLease<D> implements Drivers.Lease<D> {

        private final D driver;
        private final Thread holder;
        private volatile boolean lost;

        OpenLease(D driver, Thread holder) {
            this.driver = driver;
            this.holder = holder;
        }

        @Override
        public D driver() {
            if (lost) {
                throw FeluccaException.unavailable("driver " + name() + " went away during the call");
            }
            return driver;
        }

        @Override
        public boolean lost() {
            return lost;
        }

        private void cancel() {
            lost = true;
            holder.interrupt();
        }

        @Override
        public void close() {
            back(this);
        }
    }
}
