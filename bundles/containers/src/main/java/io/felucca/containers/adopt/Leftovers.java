package io.felucca.containers.adopt;

import io.felucca.FeluccaException;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.Folders;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.state.Entries;
import io.felucca.containers.state.Entry;
import io.felucca.storage.Storage;
import io.felucca.storage.spi.LayerStore;
import io.felucca.volumes.VolumeMounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects what an earlier engine left and no container has: mounts, folders of tasks, layers, trash. */
public final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private final RecordStore store;
    private final ContainerFiles files;
    private final Entries entries;
    private final Storage storage;
    private final VolumeMounts volumeMounts;

    public Leftovers(
            RecordStore store, ContainerFiles files, Entries entries, Storage storage, VolumeMounts volumeMounts) {
        this.store = store;
        this.files = files;
        this.entries = entries;
        this.storage = storage;
        this.volumeMounts = volumeMounts;
    }

    /** Mounts, folders of tasks and layers that no container owns, or whose container was lost in a crash of the machine. */
    void collect() {
        try {
            storage.unmountUnused();
            volumeMounts.unmountUnused();
            removeStrayTasks();
            removeStrayLayers();
            Folders.empty(files.trash());
            Folders.empty(files.taskTrash());
        } catch (FeluccaException e) {
            LOG.warn("collecting what an engine before left: {}", e.getMessage());
        }
    }

    private void removeStrayTasks() {
        Set<Path> owned = new HashSet<>();
        entries.all().forEach(entry -> owned.add(files.task(entry.id)));
        try (Stream<Path> tasks = Files.list(files.tasks())) {
            for (Path task : tasks.toList()) {
                if (!owned.contains(task) && isStray(task.getFileName().toString())) {
                    Folders.remove(task);
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot list " + files.tasks() + ": " + e.getMessage(), e);
        }
    }

    private boolean isStray(String start) {
        return store.ids().stream().noneMatch(id -> id.startsWith(start));
    }

    private void removeStrayLayers() {
        for (String driver : storage.used()) {
            List<String> layers = storage.with(
                    driver,
                    store -> store.list().stream()
                            .filter(layer -> layer.state() == LayerStore.State.ACTIVE)
                            .map(LayerStore.LayerInfo::name)
                            .filter(name -> name.matches("[0-9a-f]{64}"))
                            .toList());
            for (String layer : layers) {
                // Listed after the layers: what is being made now has its folder already.
                if (!Files.exists(files.folder(layer))) {
                    LOG.info("removing layer {} of {}, whose container is gone", layer, driver);
                    storage.remove(driver, layer);
                } else {
                    entries.ofId(layer).ifPresent(entry -> removeUnlessOn(driver, entry));
                }
            }
        }
    }

    /** A move that was cut leaves a copy on one side; the record says which is the container's. */
    private void removeUnlessOn(String driver, Entry entry) {
        entry.turn.lock();
        try {
            removeLayerUnlessOn(driver, entry);
        } finally {
            entry.turn.unlock();
        }
    }

    private void removeLayerUnlessOn(String driver, Entry entry) {
        if (!entry.record().storageDriver().equals(driver)) {
            LOG.info(
                    "removing layer {} of {}: the container is on {}",
                    entry.id,
                    driver,
                    entry.record().storageDriver());
            storage.remove(driver, entry.id);
        }
    }
}
