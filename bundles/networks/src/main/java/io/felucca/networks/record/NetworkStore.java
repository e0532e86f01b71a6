package io.felucca.networks.record;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks' records, {@code <data root>/networks/<id>.json}, each replaced whole and brought to the disk before the
 * call returns.
 */
public final class NetworkStore {

    private static final Logger LOG = LoggerFactory.getLogger(NetworkStore.class);
    private static final FileAttribute<?> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x"));
    private static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final JsonMapper json = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private final Path folder;

    public NetworkStore(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder, PRIVATE_FOLDER);
        } catch (IOException e) {
            throw FeluccaException.system("cannot make the folder " + folder + ": " + e, e);
        }
    }

    private Path file(String id) {
        return folder.resolve(id + ".json");
    }

    public void write(NetworkRecord record) {
        Path file = file(record.id());
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try {
            ByteBuffer bytes = ByteBuffer.wrap(json.writeValueAsBytes(record));
            try (FileChannel out = FileChannel.open(beside, Set.of(WRITE, CREATE, TRUNCATE_EXISTING), PRIVATE_FILE)) {
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(beside, file, ATOMIC_MOVE);
            syncFolder();
        } catch (IOException e) {
            throw FeluccaException.system("cannot write " + file + ": " + e, e);
        }
    }

    public void delete(String id) {
        try {
            Files.deleteIfExists(file(id));
            syncFolder();
        } catch (IOException e) {
            throw FeluccaException.system("cannot delete " + file(id) + ": " + e, e);
        }
    }

    private void syncFolder() throws IOException {
        try (FileChannel channel = FileChannel.open(folder, READ)) {
            channel.force(true);
        }
    }

    public List<NetworkRecord> readAll() {
        List<NetworkRecord> records = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                if (file.getFileName().toString().matches("[0-9a-f]{64}\\.json")) {
                    read(file, records);
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot list " + folder + ": " + e, e);
        }
        return records;
    }

    /** A record that cannot be read is no reason to be without all others. */
    private void read(Path file, List<NetworkRecord> records) throws IOException {
        try {
            records.add(json.readValue(Files.readAllBytes(file), NetworkRecord.class));
        } catch (JacksonException e) {
            LOG.error("{} is no record of a network and is left alone: {}", file, e.getMessage());
        }
    }
}
