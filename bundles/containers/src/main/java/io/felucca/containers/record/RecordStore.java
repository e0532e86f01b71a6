package io.felucca.containers.record;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.felucca.FeluccaException;
import io.felucca.linux.folders.RecordFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes the two records of a container, and those of its execs. Each is replaced whole, so that an engine that
 * is killed at any instant leaves the old or the new one. Against a crash of the machine only what was {@link
 * RecordFile#sync}ed is sure: config.json and state.json at create and rename, state.json at an end; in between a state
 * that is lost reads as {@link ContainerState#LOST}, which is what a container is after such a crash anyway.
 */
public final class RecordStore {

    private static final Logger LOG = LoggerFactory.getLogger(RecordStore.class);
    private static final String EXEC = "exec.json";

    private final JsonMapper json = RecordJson.mapper();
    private final ContainerFiles files;

    public RecordStore(ContainerFiles files) {
        this.files = files;
        makeFolder(files.containers());
        makeFolder(files.tasks());
        makeFolder(files.trash());
        makeFolder(files.taskTrash());
    }

    public ContainerFiles files() {
        return files;
    }

    /** A folder that only the engine reads; others may pass to what is named in it, as a user namespace must. */
    public void makeFolder(Path folder) {
        RecordFile.makeFolder(folder);
    }

    /** For a new container; {@link #syncNew} brings it to the disk. */
    public void write(ContainerRecord record) {
        replace(files.config(record.id()), record, false);
    }

    /** For one that is there: the machine's crash leaves the old or the new one. */
    public void rewrite(ContainerRecord record) {
        replace(files.config(record.id()), record, true);
        RecordFile.sync(files.folder(record.id()));
    }

    public void write(String id, ContainerState state) {
        replace(files.state(id), state, false);
    }

    /** The intent to remove anonymous volumes with the container, beside the intent to remove it. */
    public void intendVolumes(String id) {
        try {
            Files.write(files.removesVolumes(id), new byte[0]);
        } catch (IOException e) {
            throw FeluccaException.system("cannot write " + files.removesVolumes(id) + ": " + e, e);
        }
    }

    public boolean intendsVolumes(String id) {
        return Files.exists(files.removesVolumes(id));
    }

    /** Brings both records of a new container to the disk. */
    public void syncNew(String id) {
        RecordFile.sync(files.config(id));
        RecordFile.sync(files.state(id));
        RecordFile.sync(files.folder(id));
        RecordFile.sync(files.containers());
    }

    /** Brings a replaced state to the disk. */
    public void syncState(String id) {
        RecordFile.sync(files.state(id));
        RecordFile.sync(files.folder(id));
    }

    private void replace(Path file, Object record, boolean durable) {
        try {
            RecordFile.replace(file, json.writeValueAsBytes(record), durable);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(record.toString(), e);
        }
    }

    /** Ids of all folders, half-made containers included. */
    public List<String> ids() {
        List<String> ids = new ArrayList<>();
        try (Stream<Path> folders = Files.list(files.containers())) {
            folders.map(folder -> folder.getFileName().toString())
                    .filter(name -> name.matches("[0-9a-f]{64}"))
                    .forEach(ids::add);
        } catch (IOException e) {
            throw FeluccaException.system("cannot list " + files.containers() + ": " + e, e);
        }
        return ids;
    }

    /** Empty when there is none, or none that can be read: create came to no end. */
    public Optional<ContainerRecord> findConfig(String id) {
        return read(files.config(id), ContainerRecord.class)
                .filter(record -> id.equals(record.id()) && record.isWhole());
    }

    /**
     * Why a container that was made has no record that can be read; empty for one whose create came to no end, of which a
     * crash of the machine may leave a record without content.
     */
    public Optional<String> damage(String id) {
        Path config = files.config(id);
        try {
            if (!Files.exists(config)
                    || isBlank(config) && (!Files.exists(files.state(id)) || isBlank(files.state(id)))) {
                return Optional.empty();
            }
            json.readValue(Files.readAllBytes(config), ContainerRecord.class);
            return findConfig(id).isPresent() ? Optional.empty() : Optional.of("it is not whole");
        } catch (JacksonException e) {
            return Optional.of(e.getOriginalMessage());
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }

    private static boolean isBlank(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        for (byte each : content) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    /** Empty when create came to no end. */
    public Optional<ContainerState> findLife(String id) {
        if (!Files.exists(files.state(id))) {
            return Optional.empty();
        }
        Optional<ContainerState> state =
                read(files.state(id), ContainerState.class).filter(found -> found.status() != null);
        if (state.isEmpty()) {
            LOG.error("{} is damaged: container {} is taken for one that ended with code 255", files.state(id), id);
        }
        return Optional.of(state.orElse(ContainerState.LOST));
    }

    /** As long as it runs; the machine's crash ends it and may lose the record. */
    public void write(Path folder, ExecRecord exec) {
        replace(folder.resolve(EXEC), exec, false);
    }

    /** What runs in a container, or ran when the engine before ended. */
    public List<ExecRecord> execs(String id) {
        List<ExecRecord> execs = new ArrayList<>();
        try (Stream<Path> folders = Files.list(files.exitsOfExecs(id))) {
            for (Path folder : folders.toList()) {
                read(folder.resolve(EXEC), ExecRecord.class)
                        .filter(exec -> exec.id() != null && exec.spec() != null && exec.monitor() != null)
                        .ifPresent(execs::add);
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw FeluccaException.system("cannot list " + files.exitsOfExecs(id) + ": " + e, e);
        }
        return execs;
    }

    private <T> Optional<T> read(Path file, Class<T> type) {
        try {
            return Optional.ofNullable(json.readValue(Files.readAllBytes(file), type));
        } catch (NoSuchFileException | JacksonException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FeluccaException.system("cannot read " + file + ": " + e, e);
        }
    }
}
