package io.felucca.storage.overlay2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.files.FileSystemInfo;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import io.felucca.storage.spi.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries on a root what the driver will need, in a folder of its own that is gone afterwards. */
final class OverlayProbe {

    private static final Logger LOG = LoggerFactory.getLogger(OverlayProbe.class);
    private static final String PREFIX = "trial-";
    private static final long PID = ProcessHandle.current().pid();
    private static final Path FILE_SYSTEMS = Path.of("/proc/filesystems");
    private static final AtomicLong COUNTER = new AtomicLong(System.nanoTime());
    private static final byte[] OPAQUE = bytes("trusted.overlay.opaque");

    private final Directories directories;
    private final Mounts mounts;
    private final OverlayOptions overlay;

    OverlayProbe(Directories directories, Mounts mounts, OverlayOptions overlay) {
        this.directories = directories;
        this.mounts = mounts;
        this.overlay = overlay;
    }

    /** Why overlay2 cannot work on that root, and what to do. */
    Optional<String> unfit(Path root) {
        String fileSystem = directories.fileSystem(root).typeName();
        if (directories.fileSystem(root).type() == FileSystemInfo.OVERLAY) {
            return Optional.of(
                    "overlay2 is not supported over " + fileSystem + ", which cannot hold the upper directory of"
                            + " another overlay (" + root
                            + "): put the data root on ext4, xfs or btrfs, or use the storage driver"
                            + " vfs");
        }
        try {
            return in(root, this::tryUnion);
        } catch (FeluccaException e) {
            if (isFull(e) && hasLayers(root)) {
                // It worked when there was space; what is there can be removed, which makes space again.
                LOG.warn("{} is taken for fit, since layers are there: {}", root, e.getMessage());
                return Optional.empty();
            }
            if (!kernelHasOverlay()) {
                return Optional.of(
                        "overlay2: overlay is not found as a supported filesystem on this host: it needs Linux"
                                + " 4.0 or newer with the module loaded (modprobe overlay); the storage driver vfs works without");
            }
            return Optional.of("overlay2 cannot work on " + root + " (" + fileSystem + "): " + e.getMessage()
                    + "; put the data root on ext4, xfs or btrfs, or use the storage driver vfs");
        }
    }

    private static boolean isFull(FeluccaException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("No space left on device") || message.contains("Disk quota exceeded");
    }

    private static boolean hasLayers(Path root) {
        String[] layers = root.resolve("layers").toFile().list();
        return layers != null && layers.length > 0;
    }

    /** Asked after a mount, which has loaded the module if it is there. */
    private static boolean kernelHasOverlay() {
        try {
            return Files.readAllLines(FILE_SYSTEMS).stream().anyMatch(line -> line.endsWith("\toverlay"));
        } catch (IOException e) {
            throw FeluccaException.system("cannot read " + FILE_SYSTEMS + ": " + e, e);
        }
    }

    /** Whether an overlay can lie on layers that an idmapped mount shows (Linux 5.19, and the filesystem's support). */
    boolean canMapIds(Path root, IdMap idMap) {
        try {
            return in(root, place -> tryIdMap(place, idMap)).isEmpty();
        } catch (FeluccaException e) {
            return false;
        }
    }

    /** Removes what the trial of a process that was killed left. */
    void sweep(Path root) {
        try (Directory parent = directories.open(root)) {
            for (DirectoryEntry entry : parent.entries()) {
                String name = new String(entry.name(), US_ASCII);
                if (name.startsWith(PREFIX) && !name.startsWith(PREFIX + PID + "-")) {
                    mounts.unmount(root.resolve(name).resolve("merged"), true);
                    mounts.unmount(root.resolve(name).resolve("staged"), true);
                    parent.removeTree(entry.name());
                }
            }
        }
    }

    private Optional<String> tryUnion(Place place) {
        Directory lower = place.lower;
        lower.createFile(bytes("gone"), 0644).close();
        if (typeOf(lower, bytes("gone")) == FileType.UNKNOWN) {
            return Optional.of("overlay2: the backing "
                    + directories.fileSystem(place.path).typeName()
                    + " filesystem of " + place.path.getParent()
                    + " is formatted without d_type support, which leads to"
                    + " incorrect behavior. Reformat the filesystem with ftype=1 (xfs) or the feature filetype (ext4) to"
                    + " enable d_type support. Backing filesystems without d_type support are not supported.");
        }
        lower.createFile(bytes("marked"), 0644).close();
        place.upper.makeNode(bytes("marked"), FileType.CHARACTER_DEVICE, 0, 0);
        lower.makeDirectory(bytes("opaque"), 0755);
        try (Directory folder = lower.openDirectory(bytes("opaque"), Resolve.NO_SYMLINKS)) {
            folder.createFile(bytes("inside"), 0644).close();
        }
        mounts.mount(
                overlay.writable(
                        List.of(place.path.resolve("lower").toString()),
                        place.path.resolve("upper"),
                        place.path.resolve("work")),
                place.path.resolve("merged"));
        try (Directory merged = directories.open(place.path.resolve("merged"))) {
            merged.unlink(bytes("gone"));
            merged.removeTree(bytes("opaque"));
            merged.makeDirectory(bytes("opaque"), 0755);
            boolean marksWork = merged.find(bytes("marked")).isEmpty()
                    && place.upper.find(bytes("gone")).filter(Stat::isWhiteout).isPresent()
                    && place.upper.xattr(bytes("opaque"), OPAQUE).isPresent();
            return marksWork
                    ? Optional.empty()
                    : Optional.of("overlay2 cannot work on " + place.path.getParent()
                            + ": its filesystem does not keep whiteouts and opaque directories; put the data root on ext4,"
                            + " xfs or btrfs, or use the storage driver vfs");
        }
    }

    private Optional<String> tryIdMap(Place place, IdMap idMap) {
        byte[] file = bytes("file");
        place.lower.createFile(file, 0644).close();
        place.upper.setOwner((int) idMap.rootUid(), (int) idMap.rootGid());
        Path staged = place.path.resolve("staged");
        Mount bind = new Mount("bind", place.path.resolve("lower").toString(), staged.toString(), List.of("ro"), idMap);
        mounts.mount(bind, staged);
        try {
            mounts.mount(
                    overlay.writable(
                            List.of(staged.toString()), place.path.resolve("upper"), place.path.resolve("work")),
                    place.path.resolve("merged"));
        } finally {
            mounts.unmount(staged, true);
        }
        try (Directory merged = directories.open(place.path.resolve("merged"))) {
            merged.setMode(file, 0600);
            boolean mapped = Integer.toUnsignedLong(merged.stat(file).uid()) == idMap.rootUid()
                    && Integer.toUnsignedLong(place.upper.stat(file).uid()) == idMap.rootUid();
            return mapped ? Optional.empty() : Optional.of("owners are not mapped");
        }
    }

    private static FileType typeOf(Directory folder, byte[] name) {
        for (DirectoryEntry entry : folder.entries()) {
            if (Arrays.equals(entry.name(), name)) {
                return entry.type();
            }
        }
        return FileType.UNKNOWN;
    }

    private Optional<String> in(Path root, Attempt attempt) {
        byte[] name = bytes(PREFIX + PID + "-" + COUNTER.incrementAndGet());
        try (Directory parent = directories.open(root)) {
            parent.makeDirectory(name, 0700);
            Path path = root.resolve(new String(name, US_ASCII));
            try (Directory folder = directories.open(path)) {
                for (String part : List.of("lower", "upper", "work", "merged", "staged")) {
                    folder.makeDirectory(bytes(part), 0755);
                }
                try (Directory lower = directories.open(path.resolve("lower"));
                        Directory upper = directories.open(path.resolve("upper"))) {
                    return attempt.run(new Place(path, lower, upper));
                }
            } finally {
                mounts.unmount(path.resolve("merged"), true);
                parent.removeTree(name);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    private record Place(Path path, Directory lower, Directory upper) {}

    private interface Attempt {
        Optional<String> run(Place place);
    }
}
