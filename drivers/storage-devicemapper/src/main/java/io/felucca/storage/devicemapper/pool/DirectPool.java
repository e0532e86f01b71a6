package io.felucca.storage.devicemapper.pool;

import io.felucca.FeluccaException;
import io.felucca.linux.Output;
import io.felucca.linux.dm.DeviceMapper;
import io.felucca.linux.dm.DmDevice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pool on a block device that the engine sets up with LVM, as dockerd's documents tell an administrator to: a volume
 * group of the engine's own, in it the logical volume {@code thinpool}, which a profile lets LVM's dmeventd extend. The
 * file {@code directlvm} has device and group, on disk before the first step, so that a half-made pool is made anew: when
 * the group is on the device; a device without it is looked at as a new one is. A pool that layers are recorded of is
 * never made anew.
 */
public final class DirectPool implements PoolSource {

    private static final String VOLUME = "thinpool";
    private static final int LOOKED_AT_BYTES = 1 << 20;

    /** blkid(8): nothing was found. */
    private static final int BLKID_NOTHING = 2;

    /** The programs that are run, with where they come from. */
    private static final Map<String, String> PROGRAMS = programs();

    private final DeviceMapper mapper;
    private final Programs programs;
    private final DmOptions options;
    private final Path record;
    /** There is one when layers may be recorded. */
    private final Path layersPool;

    private final Path profiles;

    public DirectPool(DeviceMapper mapper, Programs programs, DmOptions options, Path root) {
        this.mapper = mapper;
        this.programs = programs;
        this.options = options;
        record = root.resolve("directlvm");
        layersPool = root.resolve("pool");
        profiles = Path.of("/etc/lvm/profile");
    }

    private static Map<String, String> programs() {
        Map<String, String> programs = new LinkedHashMap<>();
        for (String name : new String[] {"pvcreate", "vgcreate", "vgs", "lvcreate", "lvconvert", "lvchange"}) {
            programs.put(name, "lvm2");
        }
        programs.put("thin_check", "thin-provisioning-tools");
        programs.put("blkid", "util-linux");
        programs.put("wipefs", "util-linux");
        return programs;
    }

    @Override
    public Optional<String> problem() {
        for (String program : PROGRAMS.keySet()) {
            if (Programs.find(program).isEmpty()) {
                return Optional.of("devicemapper needs " + program + " to set up " + options.directDevice()
                        + ": install " + PROGRAMS.get(program));
            }
        }
        String device = options.directDevice();
        if (Files.exists(record)) {
            String[] recorded = read();
            if (!recorded[0].equals(device)) {
                return Optional.of(
                        "changing dm.directlvm_device is not supported: this data root's layers are on " + recorded[0]);
            }
            if (Files.exists(layersPool) || isOn(device, recorded[1])) {
                return Optional.empty();
            }
        }
        if (!Files.exists(Path.of(device))) {
            return Optional.of("devicemapper cannot work here: there is no device " + device);
        }
        return options.directForce()
                ? Optional.empty()
                : content(device)
                        .map(what -> device + " " + what
                                + "; to have it wiped, give --storage-opt dm.directlvm_device_force=true");
    }

    /** Whether there is a group of that name, on that device and no other. */
    private boolean isOn(String device, String group) {
        Output places = programs.attempt("vgs", "--noheadings", "--options", "pv_name", group);
        List<String> found = places.stdoutText().lines().map(String::strip).toList();
        return places.success() && found.size() == 1 && real(found.get(0)).equals(real(device));
    }

    private static Path real(String device) {
        try {
            return Path.of(device).toRealPath();
        } catch (IOException e) {
            return Path.of(device);
        }
    }

    /** What is on a device, if anything or if that cannot be told: a signature that blkid knows, or bytes at its beginning. */
    private Optional<String> content(String device) {
        Output known = programs.attempt("blkid", "--probe", "--output", "export", device);
        if (known.success()) {
            return Optional.of("holds data (" + known.stdoutText().strip().replace("\n", ", ") + ")");
        }
        if (known.exit().code() != BLKID_NOTHING) {
            return Optional.of("may hold data (blkid failed with " + known.exit() + ": "
                    + known.stderrText().strip() + ")");
        }
        try (InputStream in = Files.newInputStream(Path.of(device))) {
            for (byte each : in.readNBytes(LOOKED_AT_BYTES)) {
                if (each != 0) {
                    return Optional.of("holds data: its first MiB is not empty");
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("cannot be read: " + e);
        }
    }

    @Override
    public String activate() {
        if (!Files.exists(record)) {
            byte[] random = new byte[6];
            new SecureRandom().nextBytes(random);
            write(options.directDevice() + "\nfelucca_" + HexFormat.of().formatHex(random) + "\n");
        }
        String group = read()[1];
        String name = group + "-" + VOLUME;
        if (mapper.find(name).filter(DmDevice::live).isPresent()) {
            return name;
        }
        if (!isMade(group)) {
            if (Files.exists(layersPool)) {
                throw FeluccaException.unavailable("the thin pool " + group + "/" + VOLUME
                        + " with this data root's layers is missing; is the device " + read()[0] + " there?");
            }
            make(read()[0], group);
        }
        programs.run("lvchange", "--activate", "y", group + "/" + VOLUME);
        return name;
    }

    private boolean isMade(String group) {
        Output type = programs.attempt("lvs", "--noheadings", "--options", "segtype", group + "/" + VOLUME);
        return type.success() && type.stdoutText().strip().equals("thin-pool");
    }

    /** A group of that name on the device is ours, from an attempt before this one. */
    private void make(String device, String group) {
        if (programs.attempt("vgs", group).success()) {
            if (!isOn(device, group)) {
                throw FeluccaException.conflict("the volume group " + group + " is not on " + device
                        + " alone: it is left as it is, and no pool is made");
            }
            programs.run("vgremove", "--force", "--yes", group);
        }
        if (options.directForce()) {
            programs.run("wipefs", "--all", device);
        }
        programs.run("pvcreate", "--force", "--yes", device);
        programs.run("vgcreate", group, device);
        String metadata = VOLUME + "meta";
        programs.run(
                "lvcreate",
                "--wipesignatures",
                "y",
                "--yes",
                "--name",
                VOLUME,
                group,
                "--extents",
                options.directDataPercent() + "%VG");
        programs.run(
                "lvcreate",
                "--wipesignatures",
                "y",
                "--yes",
                "--name",
                metadata,
                group,
                "--extents",
                options.directMetadataPercent() + "%VG");
        programs.run(
                "lvconvert",
                "--yes",
                "--zero",
                "n",
                "--chunksize",
                options.blockBytes() / 1024 + "K",
                "--thinpool",
                group + "/" + VOLUME,
                "--poolmetadata",
                group + "/" + metadata);
        writeProfile(group);
        programs.run("lvchange", "--metadataprofile", profileName(group), group + "/" + VOLUME);
    }

    private static String profileName(String group) {
        return group + "-" + VOLUME;
    }

    /** lvmthin(7): with free space in the group, dmeventd extends a pool that passes the threshold. */
    private void writeProfile(String group) {
        String text = "activation {\n  thin_pool_autoextend_threshold=" + options.directExtendThreshold()
                + "\n  thin_pool_autoextend_percent=" + options.directExtendPercent() + "\n}\n";
        try {
            Files.createDirectories(profiles);
            Files.writeString(profiles.resolve(profileName(group) + ".profile"), text);
        } catch (IOException e) {
            throw FeluccaException.system("cannot write the profile of " + group + " in " + profiles + ": " + e, e);
        }
    }

    /** Device and group. */
    private String[] read() {
        try {
            return Files.readString(record).split("\n");
        } catch (IOException e) {
            throw FeluccaException.system("cannot read " + record + ": " + e, e);
        }
    }

    private void write(String text) {
        Path fresh = record.resolveSibling("directlvm.new");
        try {
            try (FileChannel file = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                file.write(StandardCharsets.UTF_8.encode(text));
                file.force(true);
            }
            Files.move(fresh, record, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(record.getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot write " + record + ": " + e, e);
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
        return options.discardsRemoved(false);
    }

    /** LVM keeps its volumes active. */
    @Override
    public void deactivate() {
        // They are active from the machine's start on.
    }
}
