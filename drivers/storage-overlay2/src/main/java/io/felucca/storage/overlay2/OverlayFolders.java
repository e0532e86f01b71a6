package io.felucca.storage.overlay2;

import io.felucca.FeluccaException;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.folders.LayerFolders;
import io.felucca.linux.folders.RecordFolders;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What lies on the disk beside the layers' own folders, which {@link LayerFolders} keeps: the links to them.
 *
 * <pre>
 *   layers/NAME/record     an OverlayLayer
 *   layers/NAME/diff/      the layer's own changes, whiteouts in the kernel's form; a view has none
 *   layers/NAME/work/      overlay's own, of an active layer
 *   layers/NAME/diff-MAP/  a copy of diff with owners shifted, where the kernel has no idmapped mounts
 *   l/LINK                 a symbolic link to a committed layer's diff: keeps mount options short
 *   l-MAP/LINK             the same to a shifted copy
 *   idmapped/NAME          where an active layer's lower layers are seen through an idmapped mount
 * </pre>
 */
final class OverlayFolders {

    private final Path root;
    private final LayerFolders<OverlayLayer> layers;

    OverlayFolders(Directories directories, Mounts mounts, Path root) {
        this.root = root;
        layers = new LayerFolders<>(directories, mounts, root, "overlay2", "diff", OverlayLayer::of);
    }

    /** Makes the folders and finishes or forgets what a crash left. */
    void recover() {
        layers.recover();
        try {
            Files.createDirectories(links());
            Files.createDirectories(root.resolve("idmapped"));
            for (Path links : RecordFolders.children(root)) {
                String name = links.getFileName().toString();
                if (name.equals("l") || name.startsWith("l-")) {
                    removeDangling(links);
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot open the links to overlay2 layers in " + root + ": " + e, e);
        }
    }

    private static void removeDangling(Path links) throws IOException {
        for (Path link : RecordFolders.children(links)) {
            if (!Files.exists(link)) {
                Files.deleteIfExists(link);
            }
        }
    }

    Path root() {
        return root;
    }

    LayerFolders<OverlayLayer> layers() {
        return layers;
    }

    Path diff(String name) {
        return layers.files(name);
    }

    Path work(String name) {
        return layers.folder(name).resolve("work");
    }

    /** Where the short links of committed layers are. */
    Path links() {
        return root.resolve("l");
    }

    /** Where a layer's lower layers are mounted with their ids mapped. */
    Path staging(String name) {
        return root.resolve("idmapped").resolve(name);
    }

    /** Makes a short link to the diff of a layer that will have that name. */
    String link(String name) {
        try {
            while (true) {
                String link = Long.toString(ThreadLocalRandom.current().nextLong(1L << 50), Character.MAX_RADIX)
                        .toUpperCase(Locale.ROOT);
                try {
                    Files.createSymbolicLink(links().resolve(link), Path.of("../layers", name, "diff"));
                    return link;
                } catch (FileAlreadyExistsException e) {
                    continue;
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot link layer " + name + " in " + links() + ": " + e, e);
        }
    }

    /** Takes a short link back. */
    void unlink(String link) {
        try {
            Files.deleteIfExists(links().resolve(link));
        } catch (IOException e) {
            throw FeluccaException.system("cannot remove the link " + link + ": " + e, e);
        }
    }

    /** Whether a committed layer has a shifted copy for that map. */
    boolean hasShifted(String map, String link) {
        return Files.exists(root.resolve("l-" + map).resolve(link));
    }

    /** Puts a finished shifted copy of a layer in its place. */
    void addShifted(String map, String link, Path copy) {
        try {
            Path diff = links().resolve(link).toRealPath();
            Path place = diff.resolveSibling("diff-" + map);
            if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                layers.drop(copy);
            } else {
                Files.move(copy, place, StandardCopyOption.ATOMIC_MOVE);
            }
            Path links = Files.createDirectories(root.resolve("l-" + map));
            Files.deleteIfExists(links.resolve(link));
            Files.createSymbolicLink(
                    links.resolve(link),
                    Path.of("../layers", diff.getParent().getFileName().toString(), "diff-" + map));
        } catch (IOException e) {
            throw FeluccaException.system("cannot add a shifted copy of layer link " + link + ": " + e, e);
        }
    }

    /** Takes a layer away at once, and the links to it. */
    void remove(OverlayLayer layer) {
        try {
            if (!layer.idMap().isNone()) {
                Files.deleteIfExists(staging(layer.name()));
            }
            layers.drop(layers.folder(layer.name()));
            if (!layer.link().isEmpty()) {
                for (Path links : RecordFolders.children(root)) {
                    String name = links.getFileName().toString();
                    if (name.equals("l") || name.startsWith("l-")) {
                        Files.deleteIfExists(links.resolve(layer.link()));
                    }
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot remove layer " + layer.name() + ": " + e, e);
        }
    }

    /** Removes an empty folder. */
    void removeStaging(String name) {
        try {
            Files.deleteIfExists(staging(name));
        } catch (IOException e) {
            throw FeluccaException.system("cannot remove " + staging(name) + ": " + e, e);
        }
    }
}
