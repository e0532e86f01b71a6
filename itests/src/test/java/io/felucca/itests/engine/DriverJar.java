package io.felucca.itests.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes a stranger's driver of one of ours: another bundle name, another driver name, another version. */
public final class DriverJar {

    private DriverJar() {}

    /** @param bundles the distribution's folder of bundles */
    public static byte[] storage(Path bundles, String symbolicName, String driver, String version) {
        return of("storage-vfs", "vfs", bundles, symbolicName, driver, version);
    }

    /** @param bundles the distribution's folder of bundles */
    public static byte[] volume(Path bundles, String symbolicName, String driver, String version) {
        return of("volume-local", "local", bundles, symbolicName, driver, version);
    }

    private static byte[] of(
            String module, String name, Path bundles, String symbolicName, String driver, String version) {
        try (var files = Files.walk(bundles)) {
            Path ours = files.filter(file -> file.getFileName().toString().startsWith("felucca-" + module))
                    .findFirst()
                    .orElseThrow();
            return rename(Files.readAllBytes(ours), name, symbolicName, driver, version);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] rename(byte[] jar, String name, String symbolicName, String driver, String version)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarInputStream in = new JarInputStream(new java.io.ByteArrayInputStream(jar))) {
            Manifest manifest = in.getManifest();
            Attributes attributes = manifest.getMainAttributes();
            attributes.putValue("Bundle-SymbolicName", symbolicName);
            attributes.putValue("Bundle-Version", version);
            attributes.putValue("Provide-Capability", renamed(attributes.getValue("Provide-Capability"), name, driver));
            try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
                for (JarEntry entry; (entry = in.getNextJarEntry()) != null; ) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    out.write(content(in, entry.getName(), name, driver));
                    out.closeEntry();
                }
            }
        }
        return bytes.toByteArray();
    }

    private static String renamed(String capabilities, String name, String driver) {
        String declared = ";name=" + name;
        if (!capabilities.contains(declared)) {
            throw new IllegalStateException("the driver " + name + " is no capability of its bundle: " + capabilities);
        }
        return capabilities.replace(declared, ";name=" + driver);
    }

    private static byte[] content(InputStream in, String file, String name, String driver) throws IOException {
        byte[] bytes = in.readAllBytes();
        if (!file.startsWith("OSGI-INF/") || !file.endsWith(".xml")) {
            return bytes;
        }
        String component = new String(bytes, StandardCharsets.UTF_8);
        String renamed = component.replace(
                "<property name=\"felucca.driver.name\" type=\"String\" value=\"" + name + "\"/>",
                "<property name=\"felucca.driver.name\" type=\"String\" value=\"" + driver + "\"/>");
        if (renamed.equals(component)) {
            throw new IllegalStateException(
                    "the driver " + name + " no longer declares its name in " + file + ": " + component);
        }
        return renamed.getBytes(StandardCharsets.UTF_8);
    }
}
