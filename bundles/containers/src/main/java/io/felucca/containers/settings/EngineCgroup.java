package io.felucca.containers.settings;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cgroup, named after the engine's id, above those of all its containers. The runtime makes it with the first
 * container and leaves it; an engine that ends without containers removes it. A parent that an administrator configured
 * belongs to the administrator and is never removed.
 */
public final class EngineCgroup {

    private static final Logger LOG = LoggerFactory.getLogger(EngineCgroup.class);

    private final Path hierarchies;
    private final String path;

    /** @param hierarchies {@code /sys/fs/cgroup} @param path such as {@code /felucca-3f…}, from a hierarchy's root */
    public EngineCgroup(Path hierarchies, String path) {
        this.hierarchies = hierarchies;
        this.path = path.startsWith("/") ? path.substring(1) : path;
    }

    /** In every hierarchy of version 1, and in the unified one; a group that is in use stays. */
    public void removeUnlessUsed() {
        removeIn(hierarchies);
        try (DirectoryStream<Path> each = Files.newDirectoryStream(hierarchies, Files::isDirectory)) {
            each.forEach(this::removeIn);
        } catch (IOException e) {
            LOG.debug("cannot look for the cgroup {} in {}: {}", path, hierarchies, e.toString());
        }
    }

    private void removeIn(Path hierarchy) {
        try {
            Files.deleteIfExists(hierarchy.resolve(path));
        } catch (IOException e) {
            LOG.debug("cgroup {} of {} stays: {}", path, hierarchy, e.toString());
        }
    }
}
