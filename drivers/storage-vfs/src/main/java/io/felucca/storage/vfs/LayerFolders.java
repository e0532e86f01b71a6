package io.felucca.storage.vfs;

import io.felucca.FeluccaException;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * What lies on the disk.
 *
 * <pre>
 *   layers/NAME/record   the layer's LayerInfo, as text
 *   layers/NAME/files/   its tree; a view has none
 *   tmp/                 half-made layers: open() removes them
 *   trash/               removed layers, whose bytes go later
 * </pre>
 *
 * A layer comes and goes by one rename of its folder into and out of {@code layers}. A commit under another name first
 * replaces the record, then renames the folder: a folder whose record has another name was about to be renamed.
 */
final class LayerFolders {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}");

    private final Path layers;
    private final Path tmp;
    private final Path trash;
    private final AtomicLong counter = new AtomicLong(System.nanoTime());

    LayerFolders(Path root) {
        layers = root.resolve("layers");
        tmp = root.resolve("tmp");
        trash = root.resolve("trash");
    }

    /** Makes the folders and finishes or forgets what a crash left. */
    void recover() {
        try {
            Files.createDirectories(layers);
            Files.createDirectories(tmp);
            Files.createDirectories(trash);
            for (Path half : children(tmp)) {
                discard(half);
            }
            for (Path folder : children(layers)) {
                Optional<LayerInfo> info = readRecord(folder);
                if (info.isEmpty()) {
                    discard(folder);
                } else if (!info.get().name().equals(folder.getFileName().toString())) {
                    Files.move(folder, layers.resolve(info.get().name()), StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot open the vfs layers in " + layers + ": " + e, e);
        }
    }

    static void check(String name) {
        if (!NAME.matcher(name).matches()) {
            throw FeluccaException.invalid("invalid layer name: " + name);
        }
    }

    /** The layer's tree. */
    Path files(String name) {
        return layers.resolve(name).resolve("files");
    }

    Optional<LayerInfo> find(String name) {
        check(name);
        return readRecord(layers.resolve(name)).filter(info -> info.name().equals(name));
    }

    List<LayerInfo> list() {
        List<LayerInfo> infos = new ArrayList<>();
        for (Path folder : children(layers)) {
            find(folder.getFileName().toString()).ifPresent(infos::add);
        }
        return infos;
    }

    /** A new folder for a layer that is being made, with an empty tree. */
    Path startHalf(boolean withFiles) {
        Path half = tmp.resolve(Long.toString(counter.incrementAndGet(), Character.MAX_RADIX));
        try {
            Files.createDirectory(half);
            if (withFiles) {
                Files.createDirectory(half.resolve("files"));
            }
            return half;
        } catch (IOException e) {
            throw FeluccaException.system("cannot make layer folder " + half + ": " + e, e);
        }
    }

    /** Gives a half-made layer its record and its place. */
    void finish(Path half, LayerInfo info) {
        try {
            Files.writeString(half.resolve("record"), LayerRecord.format(info));
            Files.move(half, layers.resolve(info.name()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw FeluccaException.system("cannot make layer " + info.name() + " in " + layers + ": " + e, e);
        }
    }

    /** Replaces the record of a layer, and its name. On disk when it returns. */
    void replace(String name, LayerInfo info) {
        Path folder = layers.resolve(name);
        Path fresh = folder.resolve("record.new");
        try {
            try (FileChannel file = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                file.write(StandardCharsets.UTF_8.encode(LayerRecord.format(info)));
                file.force(true);
            }
            Files.move(fresh, folder.resolve("record"), StandardCopyOption.ATOMIC_MOVE);
            sync(folder);
            Files.move(folder, layers.resolve(info.name()), StandardCopyOption.ATOMIC_MOVE);
            sync(layers);
        } catch (IOException e) {
            throw FeluccaException.system("cannot commit layer " + name + " as " + info.name() + ": " + e, e);
        }
    }

    /** Takes a layer away at once. */
    void remove(String name) {
        try {
            discard(layers.resolve(name));
        } catch (IOException e) {
            throw FeluccaException.system("cannot remove layer " + name + ": " + e, e);
        }
    }

    /** Moves to the trash a layer that could not be made. */
    void drop(Path half) {
        try {
            discard(half);
        } catch (IOException e) {
            throw FeluccaException.system("cannot remove the half-made layer " + half + ": " + e, e);
        }
    }

    private void discard(Path folder) throws IOException {
        Path name = Path.of(Long.toString(counter.incrementAndGet(), Character.MAX_RADIX));
        Files.move(folder, trash.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    Path trash() {
        return trash;
    }

    private static Optional<LayerInfo> readRecord(Path folder) {
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
