package io.felucca.containers.services;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container.Status;
import io.felucca.containers.ContainerMoves;
import io.felucca.containers.adopt.Adoption;
import io.felucca.containers.change.Turns;
import io.felucca.containers.check.StorageOptions;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.remove.Cleaning;
import io.felucca.containers.state.Entries;
import io.felucca.containers.state.Entry;
import io.felucca.containers.state.FileUses;
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
public final class Moving implements ContainerMoves {

    private final Entries entries;
    private final RecordStore store;
    private final Storage storage;
    private final Images images;
    private final Layers layers;
    private final Cleaning cleaning;
    private final Turns turns;

    @Activate
    public Moving(
            @Reference ContainerCore containers,
            @Reference Storage storage,
            @Reference Images images,
            @Reference Layers layers) {
        entries = containers.parts().entries;
        store = containers.parts().store;
        cleaning = containers.parts().cleaning;
        turns = containers.parts().turns;
        this.storage = storage;
        this.images = images;
        this.layers = layers;
    }

    @Override
    public void move(String name, String driver, boolean restart) {
        Entry entry = entries.get(name);
        // Known before anything is stopped for it.
        storage.status(driver);
        if (!entry.record().storageDriver().equals(driver)) {
            turns.whileStopped(entry, restart, () -> moveStopped(entry, driver));
        }
    }

    @SuppressWarnings("try")
    private void moveStopped(Entry entry, String driver) {
        ContainerRecord record = entry.record();
        Status status = entry.status();
        if (entry.life().running() || entry.life().waiting()) {
            throw FeluccaException.conflict(
                    "container " + record.name() + " is running: stop it first, or let it be restarted");
        } else if (entry.removing.get() || status == Status.REMOVING || status == Status.DEAD) {
            throw FeluccaException.conflict("container " + record.name() + " is being removed");
        } else if (record.storageDriver().equals(driver)) {
            return;
        }
        cleaning.finishLast(record);
        try (FileUses.FileUse alone = entry.files
                .tryAlone()
                .orElseThrow(() -> FeluccaException.conflict("files of container " + record.name()
                        + " are being copied or read: try again when that is done"))) {
            copy(record, driver);
            ContainerRecord moved = record.withStorage(driver);
            store.rewrite(moved);
            entry.record(moved);
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
