package io.felucca.builder.step;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.builder.work.BuildFolder;
import io.felucca.builder.work.Services;
import io.felucca.images.Layers;
import io.felucca.images.Layers.Layer;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The places that a container's mounts made in its layer: they are no part of what its step made. One use. */
final class MountPoints {

    private static final String USER = "build";

    private record Made(String parent, String name, Instant parentModified) {}

    private final Services services;
    private final List<Made> made = new ArrayList<>();

    /** Looks at a layer before its container is started. */
    MountPoints(Services services, Layer layer, List<String> targets) {
        this.services = services;
        for (String target : targets) {
            String parent = "/";
            for (String name : target.substring(1).split("/")) {
                String path = parent.equals("/") ? "/" + name : parent + "/" + name;
                if (find(layer, path).isEmpty()) {
                    made.add(new Made(parent, name, find(layer, parent).orElse(Instant.EPOCH)));
                }
                parent = path;
            }
        }
    }

    private Optional<Instant> find(Layer layer, String path) {
        try {
            Layers.PathStat stat = services.layers().stat(layer, path);
            return Optional.of(stat.modified());
        } catch (FeluccaException e) {
            if (e.kind() == Kind.NOT_FOUND || e.kind() == Kind.INVALID) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Removes those that the step has left empty. */
    void remove(BuildFolder work, Layer layer) {
        if (made.isEmpty()) {
            return;
        }
        work.note("mount " + layer.driver() + " " + layer.key());
        Path path = services.storage().mount(layer.driver(), layer.key(), USER);
        try (Directory root = services.directories().open(path)) {
            for (int i = made.size() - 1; i >= 0; i--) {
                remove(root, made.get(i));
            }
        } finally {
            services.storage().unmount(layer.driver(), layer.key(), USER);
        }
    }

    private static void remove(Directory root, Made point) {
        byte[] name = point.name().getBytes(StandardCharsets.UTF_8);
        Optional<Directory> opened =
                root.findDirectory(point.parent().substring(1).getBytes(StandardCharsets.UTF_8), Resolve.IN_ROOT);
        if (opened.isEmpty()) {
            return;
        }
        try (Directory parent = opened.get()) {
            Optional<Stat> there = parent.find(name);
            Stat.Time before = parent.stat().modified();
            if (there.isPresent()
                    && removeEmpty(parent, name, there.get())
                    && !point.parentModified().equals(Instant.EPOCH)) {
                boolean untouched = before.seconds() == there.get().modified().seconds();
                Stat.Time old = new Stat.Time(
                        point.parentModified().getEpochSecond(),
                        point.parentModified().getNano());
                Stat.Time time = untouched ? old : before;
                parent.setTimes(time, time);
            }
        }
    }

    private static boolean removeEmpty(Directory parent, byte[] name, Stat stat) {
        try {
            if (stat.isDirectory()) {
                return parent.removeDirectory(name);
            }
            return stat.isRegular() && stat.sizeBytes() == 0 && parent.unlink(name);
        } catch (FeluccaException e) {
            if (e.kind() == Kind.CONFLICT) {
                return false;
            }
            throw e;
        }
    }
}
