package io.felucca.containers.services;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container.Status;
import io.felucca.containers.ContainerMoves;
import io.felucca.containers.adopt.Adoption;
import io.felucca.containers.change.LockedOperations;
import io.felucca.containers.check.StorageOptions;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.remove.TaskCleanup;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.FileUses;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.images.Images;
import io.felucca.images.Layers;
import io.felucca.images.Layers.Layer;
import io.felucca.storage.Storage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Moves containers between storage drivers. The record says which driver's layer counts: it is changed, durably, between
 * the check of the copy and the removal of the original. What a crash leaves on the other side {@link Adoption} removes.
 */
@Component(service = ContainerMoves.class)
public final class StorageMigration implements ContainerMoves {

    private final ContainerRegistry registry;
    private final RecordStore store;
    private final Storage storage;
    private final Images images;
    private final Layers layers;
    private final TaskCleanup cleanup;
    private final LockedOperations operations;

    @Activate
    public StorageMigration(
            @Reference ContainerCore containers,
            @Reference Storage storage,
            @Reference Images images,
            @Reference Layers layers) {
        registry = containers.parts().registry;
        store = containers.parts().store;
        cleanup = containers.parts().cleanup;
        operations = containers.parts().operations;
        this.storage = storage;
        this.images = images;
        this.layers = layers;
    }

    @Override
    public void move(String name, String driver, boolean restart) {
        ManagedContainer container = registry.get(name);
        // Known before anything is stopped for it.
        storage.status(driver);
        if (!container.record().storageDriver().equals(driver)) {
            operations.whileStopped(container, restart, () -> moveStopped(container, driver));
        }
    }

    @SuppressWarnings("try")
    private void moveStopped(ManagedContainer container, String driver) {
        ContainerRecord record = container.record();
        Status status = container.status();
        if (container.state().running() || container.state().waiting()) {
            throw FeluccaException.conflict(
                    "container " + record.name() + " is running: stop it first, or let it be restarted");
        } else if (container.removing.get() || status == Status.REMOVING || status == Status.DEAD) {
            throw FeluccaException.conflict("container " + record.name() + " is being removed");
        } else if (record.storageDriver().equals(driver)) {
            return;
        }
        cleanup.finishLast(record);
        try (FileUses.FileUse alone = container
                .files
                .tryAlone()
                .orElseThrow(() -> FeluccaException.conflict("files of container " + record.name()
                        + " are being copied or read: try again when that is done"))) {
            copy(record, driver);
            ContainerRecord moved = record.withStorage(driver);
            store.rewrite(moved);
            container.record(moved);
            storage.remove(record.storageDriver(), record.id());
        }
    }

    private void copy(ContainerRecord record, String driver) {
        String chain = images.unpack(record.image(), driver);
        if (!chain.equals(record.chainId())) {
            throw FeluccaException.system("the image " + record.image() + " has other layers now than container "
                    + record.name() + " was made of");
        }
        // What a move before this one left.
        storage.remove(driver, record.id());
        try {
            long limit = StorageOptions.of(record.host().storageOpt()).sizeBytes();
            storage.prepareContainer(driver, record.id(), chain, record.idMap(), limit);
            layers.copy(
                    new Layer(record.storageDriver(), record.id(), record.idMap()),
                    new Layer(driver, record.id(), record.idMap()));
            storage.sync(driver, record.id());
        } catch (RuntimeException e) {
            removeCopy(record, driver, e);
            throw new FeluccaException(
                    e instanceof FeluccaException known ? known.kind() : Kind.SYSTEM,
                    "container " + record.name() + " stays on " + record.storageDriver() + ": " + e.getMessage(),
                    e);
        }
    }

    private void removeCopy(ContainerRecord record, String driver, RuntimeException cause) {
        try {
            storage.remove(driver, record.id());
        } catch (FeluccaException e) {
            cause.addSuppressed(e);
        }
    }
}
