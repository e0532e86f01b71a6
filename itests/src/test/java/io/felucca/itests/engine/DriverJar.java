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

/** Makes a stranger's driver of the vfs driver's bundle: another bundle name, another driver name, another version. */
public final class DriverJar {

    private DriverJar() {}

    /** @param bundles the distribution's folder of bundles */
    public static byte[] storage(Path bundles, String symbolicName, String driver, String version) {
        try (var files = Files.walk(bundles)) {
            Path vfs = files.filter(file -> file.getFileName().toString().startsWith("felucca-storage-vfs"))
                    .findFirst()
                    .orElseThrow();
            return rename(Files.readAllBytes(vfs), symbolicName, driver, version);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] rename(byte[] jar, String symbolicName, String driver, String version) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarInputStream in = new JarInputStream(new java.io.ByteArrayInputStream(jar))) {
            Manifest manifest = in.getManifest();
            Attributes attributes = manifest.getMainAttributes();
            attributes.putValue("Bundle-SymbolicName", symbolicName);
            attributes.putValue("Bundle-Version", version);
            try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
                for (JarEntry entry; (entry = in.getNextJarEntry()) != null; ) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    out.write(content(in, entry.getName(), driver));
                    out.closeEntry();
                }
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] content(InputStream in, String name, String driver) throws IOException {
        byte[] bytes = in.readAllBytes();
        if (!name.startsWith("OSGI-INF/") || !name.endsWith(".xml")) {
            return bytes;
        }
        String component = new String(bytes, StandardCharsets.UTF_8);
        String renamed = component.replace(
                "<property name=\"felucca.driver\" type=\"String\" value=\"vfs\"/>",
                "<property name=\"felucca.driver\" type=\"String\" value=\"" + driver + "\"/>");
        if (renamed.equals(component)) {
            throw new IllegalStateException("the vfs driver no longer declares its name in " + name + ": " + component);
        }
        return renamed.getBytes(StandardCharsets.UTF_8);
    }
}
