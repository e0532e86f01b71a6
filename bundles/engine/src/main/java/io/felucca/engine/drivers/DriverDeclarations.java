package io.felucca.engine.drivers;

import io.felucca.engine.Driver;
import io.felucca.engine.Drivers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;

/**
 * Which drivers a bundle brings. Those that are there now are its services; those of a bundle that is stopped are
 * its capabilities of {@value Driver#NAMESPACE}, which {@link Driver} puts into its manifest.
 */
record DriverDeclarations(Bundle bundle) {

    boolean isDriver() {
        return !present().isEmpty() || !declared().isEmpty();
    }

    /** By {@code overlay2} or {@code storage/overlay2}. */
    boolean names(String driver) {
        Set<String> all = new TreeSet<>(declared());
        all.addAll(present());
        return all.stream().anyMatch(d -> d.equals(driver) || d.endsWith("/" + driver));
    }

    /** {@code kind/name} of each driver service. */
    List<String> present() {
        Set<String> drivers = new TreeSet<>();
        ServiceReference<?>[] services =
                bundle.getState() == Bundle.UNINSTALLED ? null : bundle.getRegisteredServices();
        for (ServiceReference<?> service : services == null ? new ServiceReference<?>[0] : services) {
            Object name = service.getProperty(Drivers.NAME);
            if (name != null) {
                drivers.add(service.getProperty(Drivers.KIND) + "/" + name);
            }
        }
        return List.copyOf(drivers);
    }

    /** Null is the answer of a framework that knows no revision of the bundle any more: it is uninstalled. */
    private List<String> declared() {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        List<String> drivers = new ArrayList<>();
        for (BundleCapability driver :
                revision == null ? List.<BundleCapability>of() : revision.getDeclaredCapabilities(Driver.NAMESPACE)) {
            drivers.add(driver.getAttributes().get("kind") + "/"
                    + driver.getAttributes().get("name"));
        }
        return drivers;
    }

    String state() {
        return switch (bundle.getState()) {
            case Bundle.ACTIVE -> "ACTIVE";
            case Bundle.INSTALLED -> "INSTALLED";
            case Bundle.RESOLVED -> "RESOLVED";
            case Bundle.STARTING -> "STARTING";
            case Bundle.STOPPING -> "STOPPING";
            default -> "UNINSTALLED";
        };
    }
}
