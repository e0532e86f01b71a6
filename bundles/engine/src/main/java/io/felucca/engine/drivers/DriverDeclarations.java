package io.felucca.engine.drivers;

import io.felucca.engine.Drivers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * Which drivers a bundle brings. Those that are there now are its services; those of a bundle that is stopped are read
 * from its component descriptions (DS 1.x, section 112.4), which bnd writes.
 */
record DriverDeclarations(Bundle bundle) {

    private static final Pattern PROVIDED = Pattern.compile("<provide\\s+interface=\"([^\"]+)\"");
    private static final Pattern NAME =
            Pattern.compile("<property\\s+name=\"" + Pattern.quote(Drivers.NAME) + "\"[^>]*\\svalue=\"([^\"]+)\"");

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
                for (String type : (String[]) service.getProperty(Constants.OBJECTCLASS)) {
                    DriverKinds.ofInterface(type).ifPresent(kind -> drivers.add(kind + "/" + name));
                }
            }
        }
        return List.copyOf(drivers);
    }

    private List<String> declared() {
        String descriptions = bundle.getHeaders("").get("Service-Component");
        List<String> drivers = new ArrayList<>();
        for (String path : descriptions == null ? new String[0] : descriptions.split(",")) {
            URL description = bundle.getEntry(path.trim());
            if (description != null) {
                drivers.addAll(declared(read(description)));
            }
        }
        return drivers;
    }

    private static List<String> declared(String description) {
        List<String> drivers = new ArrayList<>();
        Matcher name = NAME.matcher(description);
        if (name.find()) {
            Matcher provided = PROVIDED.matcher(description);
            while (provided.find()) {
                Optional<String> kind = DriverKinds.ofInterface(provided.group(1));
                kind.ifPresent(k -> drivers.add(k + "/" + name.group(1)));
            }
        }
        return drivers;
    }

    private static String read(URL entry) {
        try (InputStream in = entry.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
