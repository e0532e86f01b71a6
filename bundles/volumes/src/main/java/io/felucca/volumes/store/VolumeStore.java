package io.felucca.volumes.store;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.engine.Drivers;
import io.felucca.events.Events;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.tree.TreeSize;
import io.felucca.volume.spi.VolumeDriver;
import io.felucca.volumes.Volume;
import io.felucca.volumes.VolumeSpec;
import io.felucca.volumes.VolumeUsers;
import io.felucca.volumes.VolumeUsers.Use;
import io.felucca.volumes.Volumes;
import io.felucca.volumes.store.VolumeRecord.State;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Volumes made, listed and removed. */
final class VolumeStore implements Volumes {

    private final VolumeFiles files;
    private final Drivers drivers;
    private final Directories directories;
    private final VolumeContent contents;
    private final CountedMounts mounts;
    private final VolumeRegistry registry;
    private final Supplier<List<VolumeUsers>> users;
    private final Events events;
    private final String defaultDriver;

    VolumeStore(
            VolumeFiles files,
            Drivers drivers,
            Directories directories,
            CountedMounts mounts,
            VolumeRegistry registry,
            Supplier<List<VolumeUsers>> users,
            Events events,
            String defaultDriver) {
        this.files = files;
        this.drivers = drivers;
        this.directories = directories;
        this.contents = new VolumeContent(directories);
        this.mounts = mounts;
        this.registry = registry;
        this.users = users;
        this.events = events;
        this.defaultDriver = defaultDriver;
    }

    @Override
    public Volume create(VolumeSpec spec) {
        return onDisk(make(spec, Optional.empty()).volume());
    }

    /** @param begin gives a volume that was not there its first content */
    Volume create(VolumeSpec spec, Consumer<Path> begin) {
        return onDisk(make(spec, Optional.of(begin)).volume());
    }

    private Volume onDisk(Volume volume) {
        registry.sync(volume.name());
        return volume;
    }

    /** @param fresh whether it was not there before */
    record Made(Volume volume, boolean fresh) {}

    /**
     * Not yet on the disk for sure, see {@link VolumeRegistry#sync}.
     *
     * @param begin gives a volume that was not there its first content
     */
    Made make(VolumeSpec spec, Optional<Consumer<Path>> begin) {
        if (spec.name().isEmpty()) {
            Map<String, String> labels = new HashMap<>(spec.labels());
            labels.put(Volume.ANONYMOUS, "");
            VolumeSpec named = new VolumeSpec(VolumeNames.anonymous(), spec.driver(), spec.options(), labels);
            return registry.inTurn(named.name(), () -> makeInTurn(named, begin));
        }
        if (!spec.driver().isEmpty()) {
            requireDriver(spec.name(), spec.driver());
        }
        VolumeNames.check(spec.name());
        return registry.inTurn(spec.name(), () -> {
            Optional<VolumeRecord> there = registry.settled(spec.name());
            if (there.isEmpty()) {
                return makeInTurn(spec, begin);
            }
            if (!spec.driver().isEmpty() && !spec.driver().equals(there.get().driver())) {
                throw FeluccaException.conflict("create " + spec.name() + ": volume name must be unique");
            }
            return new Made(there.get().volume(), false);
        });
    }

    private void requireDriver(String name, String driver) {
        try {
            drivers.call(VolumeDriver.class, driver, found -> found);
        } catch (FeluccaException e) {
            if (e.kind() != FeluccaException.Kind.NOT_FOUND) {
                throw e;
            }
            throw new FeluccaException(
                    e.kind(),
                    "create " + name + ": error looking up volume plugin " + driver + ": plugin \"" + driver
                            + "\" not found",
                    e);
        }
    }

    private Made makeInTurn(VolumeSpec spec, Optional<Consumer<Path>> begin) {
        String driver = spec.driver().isEmpty() ? defaultDriver : spec.driver();
        VolumeRecord intent = new VolumeRecord(
                spec.name(), driver, "", Instant.now().toString(), spec.labels(), spec.options(), "", State.CREATING);
        VolumeRecord made;
        try {
            ask(driver, there -> there.check(spec.options()));
            files.makeFolder(files.folder(spec.name()));
            made = made(intent, begin);
        } catch (FeluccaException e) {
            throw told(e, spec.name(), driver);
        }
        events.tell("volume", "create", made.name(), Map.of("driver", driver));
        return new Made(made.volume(), true);
    }

    /** Leases the driver for each call alone: mounting the volume to fill it leases the driver by itself. */
    private VolumeRecord made(VolumeRecord intent, Optional<Consumer<Path>> begin) {
        Path folder = files.folder(intent.name());
        try {
            files.write(intent);
            VolumeRecord made = drivers.call(VolumeDriver.class, intent.driver(), driver -> {
                driver.create(intent.stored(folder));
                return intent.at(driver.path(intent.stored(folder))).with(State.READY);
            });
            // A new empty volume is not mounted: its device may not be there before it is used, as on dockerd.
            begin.ifPresent(work -> registry.mounted(made, content -> {
                work.accept(content);
                contents.sync(content);
            }));
            registry.saveWhole(made);
            return made;
        } catch (FeluccaException e) {
            try {
                ask(intent.driver(), driver -> driver.remove(intent.stored(folder)));
                registry.forget(intent.name());
            } catch (FeluccaException again) {
                // The intent stays on disk, for the next start.
                registry.know(intent);
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    private void ask(String name, Consumer<VolumeDriver> work) {
        drivers.<VolumeDriver, Object>call(VolumeDriver.class, name, driver -> {
            work.accept(driver);
            return null;
        });
    }

    private static FeluccaException told(FeluccaException e, String name, String driver) {
        if (e.kind() == Kind.NOT_FOUND) {
            return new FeluccaException(
                    Kind.NOT_FOUND,
                    "create " + name + ": error looking up volume plugin " + driver + ": plugin \"" + driver
                            + "\" not found",
                    e);
        }
        return e.kind() == Kind.UNAVAILABLE
                ? e
                : new FeluccaException(e.kind(), "create " + name + ": " + e.getMessage(), e);
    }

    @Override
    public Volume get(String name) {
        return registry.findThere(name)
                .orElseThrow(() -> VolumeRegistry.unknown(name, "get"))
                .volume();
    }

    @Override
    public List<Volume> list(Map<String, List<String>> filters) {
        Predicate<VolumeRecord> matches =
                VolumeFilters.ofList(filters, name -> !uses(name).isEmpty());
        return registry.all().stream()
                .filter(VolumeRecord::isThere)
                .filter(record -> !record.isSnapshot())
                .filter(matches)
                .map(VolumeRecord::volume)
                .sorted(Comparator.comparing(Volume::name))
                .toList();
    }

    List<Use> uses(String name) {
        List<Use> all = new ArrayList<>();
        users.get().forEach(user -> all.addAll(user.usesOf(name)));
        return all;
    }

    @Override
    public int users(String name) {
        return uses(get(name).name()).size();
    }

    @Override
    public void remove(String name, boolean force) {
        remove(name, force, true);
    }

    /** @param tell of it: dockerd tells of a prune as a whole */
    private void remove(String name, boolean force, boolean tell) {
        registry.inTurn(name, () -> {
            registry.restoringFrom(name).ifPresent(volume -> {
                throw FeluccaException.conflict(
                        "remove " + name + ": volume " + volume.name() + " is being restored from"
                                + " it: try again when that is done, or force the volume's removal");
            });
            removeInTurn(name, force, tell);
        });
    }

    private void removeInTurn(String name, boolean force, boolean tell) {
        Optional<VolumeRecord> record = registry.removable(name);
        if (record.isPresent()) {
            requireUnused(name);
            removeSnapshots(name, force);
            removeNow(record.get());
            if (tell) {
                events.tell(
                        "volume", "destroy", name, Map.of("driver", record.get().driver()));
            }
        } else if (!force) {
            throw VolumeRegistry.unknown(name, "get");
        }
    }

    private void removeSnapshots(String name, boolean force) {
        List<String> snapshots = snapshotsOf(name).stream().map(Volume::name).toList();
        if (!snapshots.isEmpty() && !force) {
            throw FeluccaException.conflict("remove " + name + ": volume has snapshots - ["
                    + String.join(", ", snapshots) + "]: remove them first, or force its removal");
        }
        snapshots.forEach(snapshot -> registry.inTurn(snapshot, () -> removeInTurn(snapshot, true, true)));
    }

    List<Volume> snapshotsOf(String name) {
        String prefix = name + VolumeRecord.SNAPSHOT;
        return registry.all().stream()
                .filter(record -> record.isThere() && record.name().startsWith(prefix))
                .map(VolumeRecord::volume)
                .sorted(Comparator.comparing(Volume::created))
                .toList();
    }

    /** @param full name with the volume's; unlike any other it is none that a user can give */
    Volume createSnapshot(String full, Map<String, String> labels, Consumer<Path> begin) {
        return onDisk(registry.inTurn(full, () -> {
            if (registry.settled(full).isPresent()) {
                throw FeluccaException.conflict("snapshot " + full + " is there already");
            }
            return makeInTurn(new VolumeSpec(full, "", Map.of(), labels), Optional.of(begin))
                    .volume();
        }));
    }

    private void requireUnused(String name) {
        if (users.get().isEmpty()) {
            throw FeluccaException.unavailable("remove " + name + ": the engine's containers are away, so that nobody"
                    + " knows who uses it: start their bundle, then try again");
        }
        List<String> ids = new ArrayList<>(
                uses(name).stream().map(Use::containerId).sorted().toList());
        mounts.users(name).stream().filter(user -> !ids.contains(user)).forEach(ids::add);
        if (!ids.isEmpty()) {
            throw FeluccaException.conflict("remove " + name + ": volume is in use - [" + String.join(", ", ids) + "]");
        }
    }

    private void removeNow(VolumeRecord record) {
        String name = record.name();
        mounts.endUnlessUsed(record);
        try {
            registry.destroy(record);
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), "remove " + name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Pruned prune(Map<String, List<String>> filters) {
        Predicate<VolumeRecord> matches = VolumeFilters.ofPrune(filters)
                .and(VolumeRecord::isThere)
                .and(record -> !record.isSnapshot())
                .and(record -> record.driver().equals(defaultDriver))
                // As dockerd: what options mount may be another machine's.
                .and(record -> record.options().isEmpty());
        List<String> names = new ArrayList<>();
        long bytes = 0;
        for (VolumeRecord record : registry.all().stream().filter(matches).toList()) {
            if (!uses(record.name()).isEmpty()) {
                continue;
            }
            try {
                long size = sizeBytes(record.name());
                remove(record.name(), false, false);
                names.add(record.name());
                bytes += size;
            } catch (FeluccaException e) {
                // Somebody has begun to use it, or has removed it, since it was listed.
                if (e.kind() != Kind.CONFLICT && e.kind() != Kind.NOT_FOUND) {
                    throw e;
                }
            }
        }
        events.tell("volume", "prune", "", Map.of("reclaimed", Long.toString(bytes)));
        return new Pruned(List.copyOf(names), bytes);
    }

    @Override
    public long sizeBytes(String name) {
        try (Directory content = directories.open(get(name).mountpoint())) {
            return TreeSize.of(content).sizeBytes();
        }
    }
}
