package io.felucca.containers.mounts;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.felucca.FeluccaException;
import io.felucca.containers.rootfs.LinkWalk;
import io.felucca.containers.spec.UserMount;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Follows the destinations of mounts through the links of an image and of what is mounted before them, and refuses those
 * that lead into /proc or /sys: a mount there would replace files by which the kernel confines the container
 * (CVE-2019-16884). Destinations that say so in plain words have rules of their own.
 */
public final class TargetsInRoot {

    /** Filesystems of the kernel lie there: what the image has below is hidden. */
    private static final Set<String> HIDDEN = Set.of("proc", "sys", "dev");

    private static final Set<String> GUARDED = Set.of("proc", "sys");

    private final Directory root;
    private final Directories directories;
    /** Sources by the paths that their destinations lead to; empty for a tmpfs. */
    private final Map<String, String> mounted = new TreeMap<>();

    private TargetsInRoot(Directory root, Directories directories) {
        this.root = root;
        this.directories = directories;
    }

    /**
     * @param root of the container, mounted
     * @param mounts ready to be mounted, their sources resolved
     * @throws FeluccaException INVALID for a destination that leads into /proc or /sys
     */
    public static void check(Directory root, List<UserMount> mounts, Directories directories) {
        TargetsInRoot targets = new TargetsInRoot(root, directories);
        mounts.stream()
                .sorted(Comparator.comparingLong(mount ->
                        mount.destination().chars().filter(c -> c == '/').count()))
                .forEach(targets::check);
    }

    private void check(UserMount mount) {
        List<String> target = follow(mount.destination());
        String path = "/" + String.join("/", target);
        boolean plain = path.equals(CleanPath.of(mount.destination()));
        if (!plain && !target.isEmpty() && GUARDED.contains(target.get(0))) {
            throw FeluccaException.invalid("\"" + mount.destination() + "\" cannot be mounted because it leads to "
                    + path + ", which is inside /" + target.get(0));
        }
        mounted.put(path, mount.type().equals("bind") ? mount.source() : "");
    }

    private List<String> follow(String destination) {
        LinkWalk walk = new LinkWalk(destination);
        while (walk.step(this::link)) {
            // to its end
        }
        if (walk.isLost()) {
            throw FeluccaException.invalid(
                    "\"" + destination + "\" cannot be mounted: too many levels of symbolic links");
        }
        return walk.reached();
    }

    /** Where a name in a folder of the container leads, if it is a link. */
    private Optional<String> link(List<String> at, String name) {
        if (!at.isEmpty() && HIDDEN.contains(at.get(0))) {
            return Optional.empty();
        }
        String folder = "/" + String.join("/", at);
        String over = mounted.keySet().stream()
                .filter(path -> folder.equals(path) || folder.startsWith(path + "/"))
                .max(Comparator.comparingInt(String::length))
                .orElse(null);
        if (over == null) {
            return link(root, folder.substring(1), name);
        }
        String source = mounted.get(over);
        if (source.isEmpty()) {
            return Optional.empty();
        }
        // A name of any letters, which java.nio refuses in some locales.
        try (Directory host = directories.open(Path.of("/"));
                Directory tree = host.findDirectory(source.substring(1).getBytes(UTF_8), Resolve.IN_ROOT)
                        .orElse(null)) {
            String below = folder.equals(over) ? "" : folder.substring(over.length() + 1);
            return tree == null ? Optional.empty() : link(tree, below, name);
        }
    }

    private static Optional<String> link(Directory tree, String folder, String name) {
        try (Directory parent =
                tree.findDirectory(folder.getBytes(UTF_8), Resolve.NO_SYMLINKS).orElse(null)) {
            byte[] bytes = name.getBytes(UTF_8);
            return parent == null
                    ? Optional.empty()
                    : parent.find(bytes)
                            .filter(stat -> stat.isSymlink())
                            .map(stat -> new String(parent.readSymlink(bytes), UTF_8));
        }
    }
}
