package io.felucca.runtime.oci;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Refuses roots by which a runtime would touch the host: runc 1.1.5 was seen to make the links and the ptmx of /dev where
 * an image's /dev points to (CVE-2026-41579). crun 1.8 stays inside; both are held to it.
 */
final class RootGuard {

    private static final List<String> NAMES = List.of("dev", "proc", "sys");

    private RootGuard() {}

    static void check(Map<String, Object> spec) {
        if (!(spec.get("root") instanceof Map<?, ?> root) || !(root.get("path") instanceof String path)) {
            return;
        }
        for (String name : NAMES) {
            Path folder = Path.of(path, name);
            if (Files.isSymbolicLink(folder)) {
                throw FeluccaException.invalid("failed to create shim task: OCI runtime create failed: /" + name
                        + " of the container's root is a symbolic link to " + target(folder)
                        + ", by which the runtime could write on the host: make it a directory in the image: unknown");
            }
        }
    }

    private static String target(Path link) {
        try {
            return "\"" + Files.readSymbolicLink(link) + "\"";
        } catch (IOException e) {
            throw FeluccaException.system("reading the link " + link, e);
        }
    }
}
