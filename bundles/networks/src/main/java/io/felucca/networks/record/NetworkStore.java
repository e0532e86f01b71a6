package io.felucca.networks.record;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.databind.util.LookupCache;
import io.felucca.FeluccaException;
import io.felucca.linux.folders.RecordFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks' records, {@code <data root>/networks/<id>.json}, each replaced whole and brought to the disk before the
 * call returns.
 */
public final class NetworkStore {

    private static final Logger LOG = LoggerFactory.getLogger(NetworkStore.class);

    private final JsonMapper json = JsonMapper.builder()
            // Jackson's shared cache of types would keep this bundle's classes after an uninstall.
            .typeFactory(TypeFactory.defaultInstance()
                    .withCache((LookupCache<Object, JavaType>) new LRUMap<Object, JavaType>(16, 64)))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private final Path folder;

    public NetworkStore(Path folder) {
        this.folder = folder;
        RecordFile.makeFolder(folder);
    }

    private Path file(String id) {
        return folder.resolve(id + ".json");
    }

    public void write(NetworkRecord record) {
        try {
            RecordFile.replace(file(record.id()), json.writeValueAsBytes(record), true);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(record.toString(), e);
        }
        RecordFile.sync(folder);
    }

    public void delete(String id) {
        try {
            Files.deleteIfExists(file(id));
        } catch (IOException e) {
            throw FeluccaException.system("cannot delete " + file(id) + ": " + e, e);
        }
        RecordFile.sync(folder);
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
            NetworkRecord record = json.readValue(Files.readAllBytes(file), NetworkRecord.class);
            if (record != null && record.isWhole() && file.equals(file(record.id()))) {
                records.add(record);
            } else {
                reportDamage(file, "it is not whole");
            }
        } catch (JacksonException e) {
            reportDamage(file, e.getOriginalMessage());
        }
    }

    private static void reportDamage(Path file, String damage) {
        LOG.error(
                "{} is damaged ({}): the network is left alone; restore the file from a backup and restart the engine,"
                        + " or delete it and make the network again",
                file,
                damage);
    }
}
