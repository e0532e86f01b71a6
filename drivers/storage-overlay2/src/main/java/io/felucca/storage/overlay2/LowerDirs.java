package io.felucca.storage.overlay2;

import io.felucca.IdMap;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.tree.TreeCopy;
import io.felucca.storage.spi.Mount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.zip.CRC32;

/**
 * The lower layers of a mount, with their ids as they are or mapped: by an idmapped mount of the whole root where the
 * kernel can put an overlay on one, else by shifted copies of the layers, made once for each map.
 */
final class LowerDirs {

    /** OVL_MAX_STACK (fs/overlayfs/params.h). */
    static final int MAX_LAYERS = 500;

    private final OverlayFolders folders;
    private final Directories directories;
    private final Predicate<IdMap> mapsIds;
    private final ConcurrentHashMap<IdMap, Boolean> known = new ConcurrentHashMap<>();

    /** A map and layer whose copy is being made: the second asker waits. */
    private final ConcurrentHashMap<String, Object> copying = new ConcurrentHashMap<>();

    /** @param mapsIds whether the kernel can put an overlay on an idmapped mount of that map, asked once each */
    LowerDirs(OverlayFolders folders, Directories directories, Predicate<IdMap> mapsIds) {
        this.folders = folders;
        this.directories = directories;
        this.mapsIds = mapsIds;
    }

    /** Makes ready what a layer of that map will need; whether it is an idmapped mount. */
    boolean makeReady(List<String> links, IdMap idMap) {
        if (idMap.isNone() || links.isEmpty()) {
            return false;
        }
        if (known.computeIfAbsent(idMap, mapsIds::test)) {
            return true;
        }
        for (String link : links) {
            shift(link, idMap);
        }
        return false;
    }

    private void shift(String link, IdMap idMap) {
        String map = nameOf(idMap);
        Object lock = copying.computeIfAbsent(map + link, key -> new Object());
        synchronized (lock) {
            if (folders.hasShifted(map, link)) {
                return;
            }
            Path copy = folders.layers().startHalf();
            boolean done = false;
            try (Directory source = directories.open(folders.links().resolve(link));
                    Directory target = directories.open(copy)) {
                TreeCopy.copy(source, target, idMap);
                // It is for all containers to come, as its original is.
                target.syncFileSystem();
                folders.addShifted(map, link, copy);
                done = true;
            } finally {
                copying.remove(map + link);
                if (!done) {
                    folders.layers().drop(copy);
                }
            }
        }
    }

    /** The staging mount that the paths of {@link #paths} need, if any. */
    List<Mount> staging(OverlayLayer layer) {
        if (!layer.staged()) {
            return List.of();
        }
        return List.of(new Mount(
                "bind",
                folders.root().toString(),
                folders.staging(layer.name()).toString(),
                List.of("ro"),
                layer.idMap()));
    }

    /** The lower directories of a layer, the nearest first. */
    List<String> paths(OverlayLayer layer) {
        Path links = folders.links();
        if (layer.staged()) {
            links = folders.staging(layer.name()).resolve("l");
        } else if (!layer.idMap().isNone()) {
            links = folders.root().resolve("l-" + nameOf(layer.idMap()));
        }
        List<String> paths = new ArrayList<>(layer.lowers().size());
        for (String link : layer.lowers()) {
            paths.add(links + "/" + link);
        }
        return paths;
    }

    private static String nameOf(IdMap idMap) {
        CRC32 sum = new CRC32();
        sum.update(idMap.toString().getBytes(StandardCharsets.US_ASCII));
        return Long.toHexString(sum.getValue());
    }
}
