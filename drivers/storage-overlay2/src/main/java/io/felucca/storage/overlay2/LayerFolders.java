package io.felucca.storage.overlay2;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * What lies on the disk.
 *
 * <pre>
 *   layers/NAME/record     a LayerRecord
 *   layers/NAME/diff/      the layer's own changes, whiteouts in the kernel's form; a view has none
 *   layers/NAME/work/      overlay's own, of an active layer
 *   layers/NAME/diff-MAP/  a copy of diff with owners shifted, where the kernel has no idmapped mounts
 *   l/LINK                 a symbolic link to a committed layer's diff: keeps mount options short
 *   l-MAP/LINK             the same to a shifted copy
 *   idmapped/NAME          where an active layer's lower layers are seen through an idmapped mount
 *   tmp/                   half-made layers: open() removes them
 *   trash/                 removed layers, whose bytes go later
 * </pre>
 *
 * A layer comes and goes by one rename of its folder into and out of {@code layers}. A commit under another name first
 * replaces the record, then renames the folder: a folder whose record has another name was about to be renamed.
 */
final class LayerFolders {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}");

    private final Path root;
    private final Path layers;
    private final AtomicLong counter = new AtomicLong(System.nanoTime());

    LayerFolders(Path root) {
        this.root = root;
        layers = root.resolve("layers");
    }

    /** Makes the folders and finishes or forgets what a crash left. */
    void recover() {
        try {
            for (String folder : List.of("layers", "l", "idmapped", "tmp", "trash")) {
                Files.createDirectories(root.resolve(folder));
            }
            for (Path half : children(root.resolve("tmp"))) {
                discard(half);
            }
            for (Path folder : children(layers)) {
                Optional<LayerRecord> layer = readRecord(folder);
                if (layer.isEmpty()) {
                    discard(folder);
                } else if (!layer.get().name().equals(folder.getFileName().toString())) {
                    Files.move(folder, layers.resolve(layer.get().name()), StandardCopyOption.ATOMIC_MOVE);
                }
            }
            for (Path links : children(root)) {
                String name = links.getFileName().toString();
                if (name.equals("l") || name.startsWith("l-")) {
                    removeDangling(links);
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot open the overlay2 layers in " + root + ": " + e, e);
        }
    }

    private static void removeDangling(Path links) throws IOException {
        for (Path link : children(links)) {
            if (!Files.exists(link)) {
                Files.deleteIfExists(link);
            }
        }
    }

    static void check(String name) {
        if (!NAME.matcher(name).matches()) {
            throw FeluccaException.invalid("invalid layer name: " + name);
        }
    }

    Path root() {
        return root;
    }

    Path diff(String name) {
        return layers.resolve(name).resolve("diff");
    }

    Path work(String name) {
        return layers.resolve(name).resolve("work");
    }

    /** Where a layer's lower layers are mounted with their ids mapped. */
    Path staging(String name) {
        return root.resolve("idmapped").resolve(name);
    }

    Path trash() {
        return root.resolve("trash");
    }

    Optional<LayerRecord> find(String name) {
        check(name);
        return readRecord(layers.resolve(name)).filter(layer -> layer.name().equals(name));
    }

    List<LayerRecord> list() {
        List<LayerRecord> found = new ArrayList<>();
        for (Path folder : children(layers)) {
            find(folder.getFileName().toString()).ifPresent(found::add);
        }
        return found;
    }

    /** A new folder for what is being made. */
    Path startHalf() {
        Path half = root.resolve("tmp").resolve(Long.toString(counter.incrementAndGet(), Character.MAX_RADIX));
        try {
            return Files.createDirectory(half);
        } catch (IOException e) {
            throw FeluccaException.system("cannot make layer folder " + half + ": " + e, e);
        }
    }

    /** Gives a half-made layer its record and its place. */
    void finish(Path half, LayerRecord layer) {
        try {
            Files.writeString(half.resolve("record"), layer.format());
            Files.move(half, layers.resolve(layer.name()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw FeluccaException.system("cannot make layer " + layer.name() + " in " + layers + ": " + e, e);
        }
    }

    /** Replaces the record of a layer, and its name. On disk when it returns. */
    void replace(String name, LayerRecord layer) {
        Path folder = layers.resolve(name);
        Path fresh = folder.resolve("record.new");
        try {
            try (FileChannel file = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                file.write(StandardCharsets.UTF_8.encode(layer.format()));
                file.force(true);
            }
            sync(root.resolve("l"));
            Files.move(fresh, folder.resolve("record"), StandardCopyOption.ATOMIC_MOVE);
            sync(folder);
            Files.move(folder, layers.resolve(layer.name()), StandardCopyOption.ATOMIC_MOVE);
            sync(layers);
        } catch (IOException e) {
            throw FeluccaException.system("cannot commit layer " + name + " as " + layer.name() + ": " + e, e);
        }
    }

    /** Makes a short link to the diff of a layer that will have that name. */
    String link(String name) {
        try {
            while (true) {
                String link = Long.toString(ThreadLocalRandom.current().nextLong(1L << 50), Character.MAX_RADIX)
                        .toUpperCase(Locale.ROOT);
                try {
                    Files.createSymbolicLink(root.resolve("l").resolve(link), Path.of("../layers", name, "diff"));
                    return link;
                } catch (FileAlreadyExistsException e) {
                    continue;
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot link layer " + name + " in " + root.resolve("l") + ": " + e, e);
        }
    }

    /** Takes a short link back. */
    void unlink(String link) {
        try {
            Files.deleteIfExists(root.resolve("l").resolve(link));
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
            Path diff = root.resolve("l").resolve(link).toRealPath();
            Path place = diff.resolveSibling("diff-" + map);
            if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                discard(copy);
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

    /** Takes a layer away at once. */
    void remove(LayerRecord layer) {
        try {
            if (!layer.idMap().isNone()) {
                Files.deleteIfExists(staging(layer.name()));
            }
            discard(layers.resolve(layer.name()));
            if (!layer.link().isEmpty()) {
                for (Path links : children(root)) {
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

    /** Moves to the trash what is there; whether there was something. */
    boolean drop(Path folder) {
        try {
            discard(folder);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw FeluccaException.system("cannot move " + folder + " to the trash: " + e, e);
        }
    }

    private void discard(Path folder) throws IOException {
        String name = Long.toString(counter.incrementAndGet(), Character.MAX_RADIX);
        Files.move(folder, trash().resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Optional<LayerRecord> readRecord(Path folder) {
        try {
            return LayerRecord.parse(Files.readString(folder.resolve("record")));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FeluccaException.system("cannot read the record of layer " + folder + ": " + e, e);
        }
    }

    private static List<Path> children(Path folder) {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(paths::add);
        } catch (IOException e) {
            throw FeluccaException.system("cannot list " + folder + ": " + e, e);
        }
        return paths;
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
