package io.felucca.containers.adopt;

import io.felucca.FeluccaException;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.Folders;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.ManagedContainer;
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
public final class OrphanCollector {

    private static final Logger LOG = LoggerFactory.getLogger(OrphanCollector.class);

    private final RecordStore store;
    private final ContainerFiles files;
    private final ContainerRegistry registry;
    private final Storage storage;
    private final VolumeMounts volumeMounts;

    public OrphanCollector(
            RecordStore store,
            ContainerFiles files,
            ContainerRegistry registry,
            Storage storage,
            VolumeMounts volumeMounts) {
        this.store = store;
        this.files = files;
        this.registry = registry;
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
        registry.all().forEach(container -> owned.add(files.task(container.id)));
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
                    registry.ofId(layer).ifPresent(container -> removeUnlessOn(driver, container));
                }
            }
        }
    }

    /** A move that was cut leaves a copy on one side; the record says which is the container's. */
    private void removeUnlessOn(String driver, ManagedContainer container) {
        container.lock.lock();
        try {
            removeLayerUnlessOn(driver, container);
        } finally {
            container.lock.unlock();
        }
    }

    private void removeLayerUnlessOn(String driver, ManagedContainer container) {
        if (!container.record().storageDriver().equals(driver)) {
            LOG.info(
                    "removing layer {} of {}: the container is on {}",
                    container.id,
                    driver,
                    container.record().storageDriver());
            storage.remove(driver, container.id);
        }
    }
}
