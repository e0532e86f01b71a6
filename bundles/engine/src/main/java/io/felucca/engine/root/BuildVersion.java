package io.felucca.engine.root;

import io.felucca.engine.EngineVersion;
import io.felucca.linux.Host;
import java.util.Dictionary;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What this engine is, as its build wrote it into this bundle's manifest. */
@Component
public final class BuildVersion implements EngineVersion {

    private final Version version;

    @Activate
    public BuildVersion(BundleContext context, @Reference Host host) {
        this(context.getBundle().getHeaders(""), host.kernel());
    }

    BuildVersion(Dictionary<String, String> headers, Host.KernelName kernel) {
        version = new Version(
                header(headers, "Felucca-Version", "0.0.0"),
                header(headers, "Felucca-Commit", "unknown"),
                header(headers, "Felucca-Build-Time", "1970-01-01T00:00:00Z"),
                "linux",
                goArchitecture(kernel.machine()),
                kernel.release(),
                System.getProperty("java.version"));
    }

    @Override
    public Version version() {
        return version;
    }

    private static String header(Dictionary<String, String> headers, String name, String fallback) {
        String value = headers.get(name);
        return value == null || value.isBlank() || value.contains("fatal:") ? fallback : value.trim();
    }

    private static String goArchitecture(String machine) {
        return switch (machine) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            case "i686", "i386" -> "386";
            default -> machine.startsWith("armv") ? "arm" : machine;
        };
    }
}
