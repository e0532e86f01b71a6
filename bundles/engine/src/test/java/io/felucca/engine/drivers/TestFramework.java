package io.felucca.engine.drivers;

import io.felucca.engine.Driver;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/** A real framework in a temporary folder, whose driver SPI is {@link StorageDriver}. */
final class TestFramework implements AutoCloseable {

    private final Framework framework;

    TestFramework(Path folder) throws BundleException {
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        folder.toString(),
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        "io.felucca.engine.drivers",
                        "felix.log.level",
                        "0",
                        Constants.FRAMEWORK_BEGINNING_STARTLEVEL,
                        "9"));
        framework.start();
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    /** A bundle whose activator registers {@link StorageDriver} by the name {@code driver}. */
    static InputStream driverJar(String symbolicName, String version, String driver) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", symbolicName);
        main.putValue("Bundle-Version", version);
        main.putValue("Bundle-Activator", DriverActivator.class.getName());
        main.putValue("Import-Package", "org.osgi.framework,io.felucca.engine.drivers");
        main.putValue("Felucca-Driver", driver);
        main.putValue("Provide-Capability", Driver.NAMESPACE + ";kind=storage;name=\"" + driver + "\"");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new JarOutputStream(bytes, manifest).close();
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    @Override
    public void close() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
    }
}
