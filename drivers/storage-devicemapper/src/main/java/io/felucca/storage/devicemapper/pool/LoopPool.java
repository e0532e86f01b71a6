package io.felucca.storage.devicemapper.pool;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.dm.DeviceMapper;
import io.felucca.linux.dm.DmDevice;
import io.felucca.linux.dm.DmTarget;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool on two sparse files of the data root, for a trial without any set-up: what dockerd calls loop-lvm. The files
 * grow with what is written; discards make holes in them again, unless {@code dm.blkdiscard=false}.
 */
public final class LoopPool implements PoolSource {

    /** dockerd's words (20.10, daemon/info.go). */
    static final String WARNING = "usage of loopback devices is strongly discouraged for production use.\n"
            + "         Use `--storage-opt dm.thinpooldev` to specify a custom block storage device.";

    private static final Logger LOG = LoggerFactory.getLogger(LoopPool.class);
    private static final int SECTOR_BYTES = 512;
    private static final long LOW_WATER_BLOCKS = 32768;

    private final DeviceMapper mapper;
    private final Programs programs;
    private final DmOptions options;
    private final Path data;
    private final Path metadata;
    private final String name;

    public LoopPool(DeviceMapper mapper, Programs programs, DmOptions options, Path root) {
        this.mapper = mapper;
        this.programs = programs;
        this.options = options;
        data = root.resolve("data");
        metadata = root.resolve("metadata");
        name = "felucca-" + Integer.toHexString(root.toString().hashCode()) + "-pool";
    }

    @Override
    public Optional<String> problem() {
        return Programs.find("losetup").isPresent()
                ? Optional.empty()
                : Optional.of(
                        "devicemapper without a pool or a device of its own needs losetup: install util-linux (mount"
                                + " on Debian), or name a thin pool with --storage-opt dm.thinpooldev");
    }

    @Override
    public String activate() {
        LOG.warn("devmapper: Usage of loopback devices is strongly discouraged for production use. Please use"
                + " `--storage-opt dm.thinpooldev` or `--storage-opt dm.directlvm_device`.");
        Optional<DmDevice> found = mapper.find(name);
        if (found.isPresent() && found.get().live()) {
            if (!isOnOurFile()) {
                throw FeluccaException.conflict("there is a pool " + name + " already, which is not on " + data);
            }
            return name;
        }
        if (found.isPresent()) {
            mapper.remove(name, false); // a crash came before its table
        }
        makeFile(data, options.loopDataBytes());
        makeFile(metadata, options.loopMetadataBytes());
        String features = discards() ? "1 skip_block_zeroing" : "2 skip_block_zeroing no_discard_passdown";
        String parameters = attach(metadata) + " " + attach(data) + " " + options.blockBytes() / SECTOR_BYTES + " "
                + LOW_WATER_BLOCKS + " " + features;
        long sectors = data.toFile().length() / SECTOR_BYTES;
        mapper.create(name, "FELUCCA-" + name, List.of(new DmTarget(0, sectors, "thin-pool", parameters)), false);
        return name;
    }

    private boolean isOnOurFile() {
        return attached(data).map(LoopPool::number).stream()
                .anyMatch(number -> mapper.table(name).get(0).words()[1].equals(number));
    }

    /** A file may grow when the setting does, and never shrinks. */
    private static void makeFile(Path file, long sizeBytes) {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            if (open.length() < sizeBytes) {
                open.setLength(sizeBytes);
                open.getFD().sync();
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot make the loop file " + file + ": " + e, e);
        }
    }

    /** The number of the file's loop device, as large as the file, which is attached when it is not yet. */
    private String attach(Path file) {
        Optional<String> attached = attached(file);
        attached.ifPresent(device -> programs.run("losetup", "--set-capacity", device));
        return number(attached.orElseGet(() -> programs.run("losetup", "--find", "--show", file.toString())));
    }

    private static String number(String device) {
        try {
            return Files.readString(
                            Path.of("/sys/block", Path.of(device).getFileName().toString(), "dev"))
                    .strip();
        } catch (IOException e) {
            throw FeluccaException.system("cannot tell the number of " + device + ": " + e, e);
        }
    }

    private Optional<String> attached(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return programs.run("losetup", "--noheadings", "--output", "NAME", "--associated", file.toString())
                .lines()
                .map(String::strip)
                .findFirst();
    }

    @Override
    public Map<String, String> info() {
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put("Data file", attached(data).orElse(""));
        pairs.put("Metadata file", attached(metadata).orElse(""));
        pairs.put("Data loop file", data.toString());
        pairs.put("Metadata loop file", metadata.toString());
        return pairs;
    }

    @Override
    public String warning() {
        return WARNING;
    }

    @Override
    public boolean discards() {
        return options.discardsRemoved(true);
    }

    /** While a container runs in it the pool stays, and so does one that is not on our file. */
    @Override
    public void deactivate() {
        try {
            if (mapper.find(name).filter(DmDevice::live).isPresent() && !isOnOurFile()) {
                return;
            }
            mapper.remove(name, false);
        } catch (FeluccaException e) {
            if (e.kind() != Kind.CONFLICT) {
                throw e;
            }
            LOG.debug("the pool {} is in use and stays", name);
            return;
        }
        for (Path file : List.of(data, metadata)) {
            attached(file).ifPresent(device -> programs.attempt("losetup", "--detach", device));
        }
    }
}
