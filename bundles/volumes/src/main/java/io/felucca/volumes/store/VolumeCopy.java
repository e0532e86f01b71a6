package io.felucca.volumes.store;

import io.felucca.images.FolderArchives;
import io.felucca.volumes.Volume;
import io.felucca.volumes.VolumeCopies;
import io.felucca.volumes.VolumeSpec;
import io.felucca.volumes.VolumeUsers;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/** Clones, snapshots and archives of volumes, made of what the store does with one. */
final class VolumeCopy implements VolumeCopies {

    /** The engine's own option at create. */
    private static final String FROM = "from";

    private final VolumeStore store;
    private final VolumeUse use;
    private final VolumeContent contents;
    private final Supplier<List<VolumeUsers>> users;
    private final Supplier<FolderArchives> archives;
    private final AtomicLong works = new AtomicLong();

    VolumeCopy(
            VolumeStore store,
            VolumeUse use,
            VolumeContent contents,
            Supplier<List<VolumeUsers>> users,
            Supplier<FolderArchives> archives) {
        this.store = store;
        this.use = use;
        this.contents = contents;
        this.users = users;
        this.archives = archives;
    }

    VolumeStore.Made make(VolumeSpec spec) {
        String from = spec.options().getOrDefault(FROM, "");
        if (from.isEmpty()) {
            return store.make(spec, Optional.empty());
        }
        Map<String, String> others = new HashMap<>(spec.options());
        others.remove(FROM);
        VolumeSpec clone = new VolumeSpec(spec.name(), spec.driver(), others, spec.labels());
        return held(from, source -> store.make(clone, Optional.of(content -> contents.copy(source, content))));
    }

    @Override
    public Volume snapshot(String name, String snapshot) {
        Volume origin = store.get(name);
        String full = VolumeNames.snapshot(name, snapshot);
        return held(
                name, source -> store.createSnapshot(full, origin.labels(), content -> contents.copy(source, content)));
    }

    /** Calls with a volume that is mounted and that no container writes to. */
    private <R> R held(String name, Function<Path, R> work) {
        List<VolumeUsers.Hold> holds = new ArrayList<>();
        return mounted(name, source -> {
            try {
                users.get().forEach(user -> holds.add(user.hold(name)));
                return work.apply(source);
            } finally {
                holds.forEach(VolumeUsers.Hold::close);
            }
        });
    }

    private <R> R mounted(String name, Function<Path, R> work) {
        String user = "copy-" + works.incrementAndGet();
        try {
            return work.apply(use.mount(name, user));
        } finally {
            use.unmount(name, user);
        }
    }

    @Override
    public List<Volume> snapshots(String name) {
        return store.snapshotsOf(store.get(name).name());
    }

    @Override
    public void restore(String name, String snapshot) {
        use.restore(name, VolumeNames.snapshot(name, snapshot));
    }

    @Override
    public void export(String name, OutputStream tar) {
        mounted(name, content -> {
            archives.get().write(List.of(new FolderArchives.Folder(".", content)), tar);
            return content;
        });
    }

    @Override
    public Volume importInto(String name, InputStream archive) {
        boolean[] fresh = {false};
        Volume volume = store.create(new VolumeSpec(name, "", Map.of(), Map.of()), content -> {
            fresh[0] = true;
            archives.get().extract(content, archive);
        });
        if (!fresh[0]) {
            mounted(name, content -> {
                archives.get().extract(content, archive);
                return content;
            });
        }
        return volume;
    }
}
