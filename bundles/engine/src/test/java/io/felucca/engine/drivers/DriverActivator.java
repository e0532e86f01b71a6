package io.felucca.engine.drivers;

import io.felucca.engine.Drivers;
import java.util.Hashtable;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Registers the driver that its bundle's manifest names. */
public final class DriverActivator implements BundleActivator {

    @Override
    public void start(BundleContext context) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(Drivers.KIND, "storage");
        properties.put(Drivers.NAME, context.getBundle().getHeaders("").get("Felucca-Driver"));
        String version = context.getBundle().getVersion().toString();
        context.registerService(StorageDriver.class, () -> version, properties);
    }

    @Override
    public void stop(BundleContext context) {
        // the framework unregisters
    }
}
