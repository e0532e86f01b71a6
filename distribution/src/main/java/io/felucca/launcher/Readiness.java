package io.felucca.launcher;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Whether an engine whose bundles have started also listens; if not, which of its components are the reason. */
final class Readiness {

    private static final Logger LOG = Logger.getLogger("io.felucca.launcher");
    /** The component that listens, and is a service as long as it does. */
    private static final String FRONT_END = "io.felucca.docker.api.DockerApi";

    /** The component that a wrong option of containers keeps from starting, such as an unknown --userns-remap. */
    private static final String CONTAINERS = "io.felucca.containers.services.ContainerCore";

    private static final String FAILED = " failed: ";
    /** What a component says that failed since another one that it needs did. */
    private static final List<String> FOLLOWING =
            List.of("Unable to get service for reference", "Service factory returned null");

    private static final String STORAGE_DRIVER = "io.felucca.storage.spi.StorageDriver";
    private static final String STORAGE = "io.felucca.storage.Storage";
    private static final long DRIVER_MILLIS = 2_000;
    private static final long PATIENCE_MILLIS = 10_000;
    private static final long POLL_MILLIS = 20;

    private final Framework framework;
    private final List<Path> sockets;
    private final String storageDriver;

    /** @param storageDriver that must be there; empty for any */
    Readiness(Framework framework, List<Path> sockets, String storageDriver) {
        this.framework = framework;
        this.sockets = sockets;
        this.storageDriver = storageDriver;
    }

    /** @throws LaunchException when the front end does not start, with the reasons */
    void check() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (framework.getState() == Bundle.ACTIVE) {
            try {
                List<String> waiting = waiting();
                boolean failed =
                        waiting.stream().anyMatch(line -> line.startsWith("component " + FRONT_END + " failed"));
                if (!failed && isOpen() && sockets.stream().allMatch(Readiness::listens)) {
                    reasons(waiting).forEach(LOG::warning);
                    requireContainers(waiting);
                    requireStorageDriver();
                    return;
                }
                if (failed || System.nanoTime() > end) {
                    throw new LaunchException("the engine does not listen: " + String.join("; ", reasons(waiting)));
                }
            } catch (IllegalStateException e) {
                LOG.fine("stopped while it started");
                return;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /**
     * Of the components that are not there, those that failed of themselves, with what they say: the others wait for
     * these. All when none did.
     */
    static List<String> reasons(List<String> waiting) {
        List<String> failed = waiting.stream()
                .filter(line -> line.contains(FAILED))
                .filter(line -> FOLLOWING.stream().noneMatch(line::contains))
                .toList();
        return failed.isEmpty() ? waiting : failed;
    }

    private static void requireContainers(List<String> waiting) {
        String failed = "component " + CONTAINERS + " failed: ";
        for (String line : waiting) {
            if (line.startsWith(failed)) {
                throw new LaunchException(line.substring(failed.length()));
            }
        }
    }

    /** A driver that was dropped into the deploy folder may come a moment after all else. */
    private void requireStorageDriver() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRIVER_MILLIS);
        while (!storageDriver.isEmpty() && framework.getState() == Bundle.ACTIVE) {
            Set<String> names = storageDrivers();
            if (names.contains(storageDriver)) {
                requireItWorks();
                return;
            }
            if (System.nanoTime() > end) {
                throw new LaunchException("error initializing graphdriver: driver not supported: " + storageDriver
                        + " (there are " + String.join(", ", names) + ")");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** Has the storage bundle check the driver, by reflection: the launcher shares no package with the bundles. */
    private void requireItWorks() {
        BundleContext context = framework.getBundleContext();
        ServiceReference<?> reference = context == null ? null : context.getServiceReference(STORAGE);
        if (reference == null) {
            return;
        }
        Object storage = context.getService(reference);
        try {
            storage.getClass().getMethod("defaultDriver").invoke(storage);
        } catch (InvocationTargetException e) {
            throw new LaunchException(
                    "error initializing graphdriver: " + e.getCause().getMessage(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        } finally {
            context.ungetService(reference);
        }
    }

    private Set<String> storageDrivers() {
        Set<String> names = new TreeSet<>();
        try {
            var found = framework.getBundleContext().getAllServiceReferences(STORAGE_DRIVER, "(felucca.driver.name=*)");
            for (ServiceReference<?> driver : found == null ? new ServiceReference<?>[0] : found) {
                names.add(driver.getProperty("felucca.driver.name").toString());
            }
            return names;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isOpen() {
        BundleContext context = framework.getBundleContext();
        return context != null && context.getServiceReference(FRONT_END) != null;
    }

    private static boolean listens(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            return false;
        }
    }

    /** A line for each component of ours that is not there, with what it waits for. */
    private List<String> waiting() {
        List<String> lines = new ArrayList<>();
        BundleContext context = framework.getBundleContext();
        if (context == null) {
            return lines;
        }
        ServiceReference<ServiceComponentRuntime> reference =
                context.getServiceReference(ServiceComponentRuntime.class);
        if (reference == null) {
            return List.of("Declarative Services is not active: is the build complete?");
        }
        ServiceComponentRuntime components = context.getService(reference);
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs()) {
            if (!component.name.startsWith("io.felucca.") || !component.defaultEnabled) {
                continue;
            }
            var configurations = components.getComponentConfigurationDTOs(component);
            if (configurations.isEmpty() && component.configurationPolicy.equals("require")) {
                lines.add("component " + component.name + " waits for configuration "
                        + String.join(", ", component.configurationPid));
            }
            for (ComponentConfigurationDTO configuration : configurations) {
                if (configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                    lines.add("component " + component.name + " failed: " + cause(configuration.failure));
                }
                for (UnsatisfiedReferenceDTO missing : configuration.unsatisfiedReferences) {
                    lines.add("component " + component.name + " waits for " + type(component, missing.name));
                }
            }
        }
        context.ungetService(reference);
        return lines;
    }

    /** The message of the innermost cause in a stack trace. */
    private static String cause(String trace) {
        String cause = trace.lines().findFirst().orElse("");
        for (String line : trace.lines().toList()) {
            if (line.startsWith("Caused by: ")) {
                cause = line.substring("Caused by: ".length());
            }
        }
        return cause.replaceFirst("^io\\.felucca\\.FeluccaException: ", "");
    }

    private static String type(ComponentDescriptionDTO component, String name) {
        for (var reference : component.references) {
            if (reference.name.equals(name)) {
                return reference.interfaceName;
            }
        }
        return name;
    }
}
