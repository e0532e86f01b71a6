package io.felucca.engine.drivers;

import io.felucca.engine.Drivers;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** {@link Drivers} as a service; the work is in {@link DriverLeases}. */
@Component(immediate = true)
public final class DriverService implements Drivers {

    private static final long DRAIN_MILLIS = 10_000;

    private final DriverLeases leases;

    @Activate
    public DriverService(BundleContext context) {
        leases = new DriverLeases(context, WAIT_MILLIS, DRAIN_MILLIS);
        leases.open();
    }

    @Deactivate
    void close() {
        leases.close();
    }

    @Override
    public <D> Lease<D> lease(Class<D> kind, String name) {
        return leases.lease(kind, name);
    }

    @Override
    public Watch watch(Class<?> kind, Runnable came) {
        return leases.watch(kind, came);
    }

    @Override
    public List<String> names(Class<?> kind) {
        return leases.names(kind);
    }
}
