package io.felucca.shell;

import io.felucca.FeluccaException;
import io.felucca.volumes.Volume;
import io.felucca.volumes.VolumeSpec;
import io.felucca.volumes.Volumes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One volume {@code data} of 3,000 bytes that a container uses, and one of 500 that prune removes. */
public final class FakeVolumes implements Volumes {

    @Override
    public Volume create(VolumeSpec spec) {
        throw new UnsupportedOperationException("create");
    }

    @Override
    public Volume get(String name) {
        if (!Set.of("data", "idle").contains(name)) {
            throw FeluccaException.notFound("get " + name + ": no such volume");
        }
        return new Volume(name, "local", Path.of("/volumes", name, "_data"), FakeContainers.NOW, Map.of(), Map.of());
    }

    @Override
    public List<Volume> list(Map<String, List<String>> filters) {
        return List.of(get("data"), get("idle"));
    }

    @Override
    public void remove(String name, boolean force) {
        throw new UnsupportedOperationException("remove");
    }

    @Override
    public Pruned prune(Map<String, List<String>> filters) {
        return new Pruned(List.of("idle"), sizeBytes("idle"));
    }

    @Override
    public long sizeBytes(String name) {
        return name.equals("data") ? 3_000 : 500;
    }

    @Override
    public int users(String name) {
        return name.equals("data") ? 1 : 0;
    }
}
