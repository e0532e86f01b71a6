package io.felucca.storage.devicemapper.pool;

import io.felucca.FeluccaException;
import io.felucca.linux.dm.DeviceMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A pool that the administrator made and keeps active ({@code dm.thinpooldev}). */
public final class ExistingPool implements PoolSource {

    private static final Path MAPPER = Path.of("/dev/mapper");

    private final DeviceMapper mapper;
    private final String given;
    private final boolean discards;

    public ExistingPool(DeviceMapper mapper, DmOptions options) {
        this.mapper = mapper;
        this.given = options.thinPool();
        this.discards = options.discardsRemoved(false);
    }

    @Override
    public Optional<String> problem() {
        String name = activate();
        if (mapper.find(name).isEmpty()) {
            return Optional.of("devicemapper cannot work here: there is no device " + given
                    + "; make the thin pool, or name another with --storage-opt dm.thinpooldev");
        }
        try {
            new ThinPool(mapper, name).status();
            return Optional.empty();
        } catch (FeluccaException e) {
            return Optional.of("devicemapper cannot work on " + given + ": " + e.getMessage());
        }
    }

    /** A name, {@code /dev/mapper/NAME}, or a link (as {@code /dev/VG/LV}) to {@code /dev/dm-N}. */
    @Override
    public String activate() {
        Path path = MAPPER.resolve(given);
        if (path.getParent().equals(MAPPER)) {
            return path.getFileName().toString();
        }
        try {
            String node = path.toRealPath().getFileName().toString();
            return Files.readString(Path.of("/sys/block", node, "dm/name")).strip();
        } catch (IOException e) {
            return given;
        }
    }

    @Override
    public Map<String, String> info() {
        return Map.of();
    }

    @Override
    public String warning() {
        return "";
    }

    @Override
    public boolean discards() {
        return discards;
    }

    @Override
    public void deactivate() {
        // It is not ours.
    }
}
