package io.felucca.volumes.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.databind.util.LookupCache;
import io.felucca.FeluccaException;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code <data root>/volumes/<name>/volume.json}, beside what the driver has there. A record is replaced whole; what must
 * survive a crash of the machine is synced by {@link #sync}.
 */
final class VolumeFiles {

    private static final Logger LOG = LoggerFactory.getLogger(VolumeFiles.class);
    /** Others who pass the folder of all volumes may pass this one, as a user namespace must, and list nothing. */
    private static final FileAttribute<?> PASS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x"));

    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final JsonMapper json = JsonMapper.builder()
            // Jackson's shared cache of types would keep this bundle's classes after an uninstall.
            .typeFactory(TypeFactory.defaultInstance()
                    .withCache((LookupCache<Object, JavaType>) new LRUMap<Object, JavaType>(16, 64)))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private final Path root;
    private final Directories directories;

    VolumeFiles(Path root, Directories directories) {
        this.root = root;
        this.directories = directories;
        makeFolder(root);
        guard();
        try (Directory volumes = directories.open(root)) {
            // A new one is filled from an image, often where one of as many files has just gone.
            volumes.spreadDirectories();
        }
    }

    /** Passed by the same group as the data root alone: a volume's files have whatever mode containers give them. */
    private void guard() {
        try {
            Files.setAttribute(root, "unix:gid", Files.getAttribute(root.getParent(), "unix:gid"));
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x---"));
        } catch (IOException e) {
            throw FeluccaException.system("cannot set the mode of " + root + ": " + e.getMessage(), e);
        }
    }

    Path folder(String name) {
        return root.resolve(name);
    }

    private Path file(String name) {
        return folder(name).resolve("volume.json");
    }

    void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder, PASS);
        } catch (IOException e) {
            throw FeluccaException.system("cannot make the folder " + folder + ": " + e.getMessage(), e);
        }
    }

    /** All that can be read. A folder without a record is what a crash of the machine left of a create: it goes. */
    List<VolumeRecord> all() {
        List<VolumeRecord> records = new ArrayList<>();
        try (Stream<Path> folders = Files.list(root)) {
            for (Path folder : folders.toList()) {
                String name = folder.getFileName().toString();
                Optional<VolumeRecord> record = read(name);
                if (record.isPresent()) {
                    records.add(record.get());
                } else if (isEmpty(folder)) {
                    removeFolder(name);
                } else {
                    LOG.error(
                            "{} is not there or damaged: the volume is left alone; restore the file from a backup and"
                                    + " restart the engine, or move the content away, delete the folder and make the"
                                    + " volume again",
                            file(name));
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot list " + root + ": " + e, e);
        }
        return records;
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> inner = Files.list(folder)) {
            return inner.allMatch(file -> file.getFileName().toString().startsWith("volume.json"));
        }
    }

    private Optional<VolumeRecord> read(String name) {
        try {
            return Optional.of(json.readValue(Files.readAllBytes(file(name)), VolumeRecord.class))
                    .filter(record -> name.equals(record.name())
                            && record.driver() != null
                            && record.state() != null
                            && record.path() != null
                            && record.created() != null
                            && Instant.parse(record.created()) != null);
        } catch (NoSuchFileException | JacksonException | DateTimeParseException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FeluccaException.system("cannot read " + file(name) + ": " + e, e);
        }
    }

    void write(VolumeRecord record) {
        Path file = file(record.name());
        Path beside = file.resolveSibling("volume.json.new");
        try {
            ByteBuffer bytes = ByteBuffer.wrap(json.writeValueAsBytes(record));
            try (FileChannel out = FileChannel.open(beside, Set.of(WRITE, CREATE, TRUNCATE_EXISTING), PRIVATE)) {
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            Files.move(beside, file, ATOMIC_MOVE);
        } catch (IOException e) {
            throw FeluccaException.system("cannot write " + file + ": " + e, e);
        }
    }

    /**
     * Brings a new volume to the disk; nothing for one that has gone. One fsync, on the path of {@code run}: a record that
     * has just been renamed into a folder that has just been made takes both names along in the journals of ext4, xfs and
     * btrfs. Where a filesystem does not, a crash of the machine can take a volume that nothing has been written to.
     */
    void sync(String name) {
        Path path = file(name);
        try (FileChannel channel = FileChannel.open(path, READ)) {
            channel.force(true);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw FeluccaException.system("cannot bring " + path + " to the disk: " + e, e);
        }
    }

    void removeFolder(String name) {
        try (Directory volumes = directories.open(root)) {
            volumes.removeTree(name.getBytes(US_ASCII));
        }
    }
}
