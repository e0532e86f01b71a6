package io.felucca.launcher;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Whether an engine whose bundles have started also listens; if not, which of its components are the reason. */
final class Readiness {

    private static final Logger LOG = Logger.getLogger("io.felucca.launcher");
    private static final long PATIENCE_MILLIS = 10_000;
    private static final long POLL_MILLIS = 20;

    private final Framework framework;
    private final List<Path> sockets;

    Readiness(Framework framework, List<Path> sockets) {
        this.framework = framework;
        this.sockets = sockets;
    }

    /** @throws LaunchException when a socket does not answer */
    void check() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        for (Path socket : sockets) {
            while (!listens(socket)) {
                if (framework.getState() != Bundle.ACTIVE) {
                    return;
                }
                if (System.nanoTime() > end) {
                    waiting().forEach(LOG::severe);
                    throw new LaunchException("the engine does not listen on " + socket + ": the log says why");
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }
        try {
            waiting().forEach(LOG::warning);
        } catch (IllegalStateException e) {
            LOG.fine("stopped while it started");
        }
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
                    lines.add("component " + component.name + " failed: "
                            + configuration.failure.lines().findFirst().orElse(""));
                }
                for (UnsatisfiedReferenceDTO missing : configuration.unsatisfiedReferences) {
                    lines.add("component " + component.name + " waits for " + type(component, missing.name));
                }
            }
        }
        context.ungetService(reference);
        return lines;
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
