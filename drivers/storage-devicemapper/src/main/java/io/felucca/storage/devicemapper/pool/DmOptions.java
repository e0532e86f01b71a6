package io.felucca.storage.devicemapper.pool;

import io.felucca.ByteSize;
import io.felucca.FeluccaException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The options of {@code dm.}, with dockerd's names, defaults and texts (20.10.24, as seen). */
public final class DmOptions {

    private static final Set<String> KNOWN = Set.of(
            "thinpooldev",
            "basesize",
            "fs",
            "mkfsarg",
            "mountopt",
            "blkdiscard",
            "min_free_space",
            "loopdatasize",
            "loopmetadatasize",
            "blocksize",
            "directlvm_device",
            "directlvm_device_force",
            "thinp_percent",
            "thinp_metapercent",
            "thinp_autoextend_threshold",
            "thinp_autoextend_percent",
            "use_deferred_removal",
            "use_deferred_deletion");
    private static final String NUMBER = "\\d{1,8}";

    private final Map<String, String> values;

    /** @throws FeluccaException INVALID for an option that is unknown or has a value that cannot be */
    public DmOptions(Map<String, String> values) {
        this.values = Map.copyOf(values);
        for (String name : values.keySet()) {
            if (!KNOWN.contains(name)) {
                throw FeluccaException.invalid("devmapper: Unknown option dm." + name);
            }
        }
        baseSizeBytes();
        loopDataBytes();
        loopMetadataBytes();
        blockBytes();
        checkDirect();
        if (!thinPool().isEmpty() && !directDevice().isEmpty()) {
            throw FeluccaException.invalid("dm.thinpooldev and dm.directlvm_device exclude each other");
        }
        fileSystem();
        minFreePercent();
        discardsRemoved(false);
        deferredRemoval();
        deferredDeletion();
    }

    private void checkDirect() {
        directForce();
        directExtendThreshold();
        directExtendPercent();
        if (directDataPercent() + directMetadataPercent() > 100) {
            throw FeluccaException.invalid(
                    "combined `dm.thinp_percent` and `dm.thinp_metapercent` must not be greater than 100");
        }
        if (directDevice().isEmpty() && values.keySet().stream().anyMatch(name -> name.startsWith("thinp_"))) {
            throw FeluccaException.invalid(
                    "must provide device path in `dm.directlvm_device` in order to configure direct-lvm");
        }
        if (values.containsKey("thinp_percent") != values.containsKey("thinp_metapercent")) {
            throw FeluccaException.invalid(
                    "must set both `dm.thinp_percent` and `dm.thinp_metapercent` if either is specified");
        }
    }

    /** An existing thin pool: a name below /dev/mapper or a path; empty when there is none. */
    public String thinPool() {
        return values.getOrDefault("thinpooldev", "");
    }

    /** The size that a layer's filesystem has, whatever it takes of the pool. */
    public long baseSizeBytes() {
        return size("basesize", "10G");
    }

    /** A block device that the engine makes its pool on; empty when there is none. */
    public String directDevice() {
        return values.getOrDefault("directlvm_device", "");
    }

    /** Whether it is wiped if it holds data. */
    boolean directForce() {
        return flag("directlvm_device_force", false);
    }

    int directDataPercent() {
        return percent("thinp_percent", "95", 99);
    }

    int directMetadataPercent() {
        return percent("thinp_metapercent", "1", 99);
    }

    /** How full the pool is when LVM extends it. */
    int directExtendThreshold() {
        return percent("thinp_autoextend_threshold", "80", 100);
    }

    /** By how much of its size. */
    int directExtendPercent() {
        return percent("thinp_autoextend_percent", "20", 100);
    }

    /** With or without a percent sign. */
    private int percent(String name, String byDefault, int most) {
        String value = values.getOrDefault(name, byDefault);
        String digits = withoutPercent(value);
        if (!digits.matches(NUMBER)) {
            throw FeluccaException.invalid("could not parse `dm." + name + "=" + value + "`: " + notParsed(digits));
        }
        int percent = Integer.parseInt(digits);
        if (percent < 1 || percent > most) {
            throw FeluccaException.invalid("dm." + name + " must be greater than 0 and less than 100");
        }
        return percent;
    }

    private static String withoutPercent(String value) {
        return value.endsWith("%") ? value.substring(0, value.length() - 1) : value;
    }

    private static String notParsed(String digits) {
        return "strconv.ParseUint: parsing \"" + digits + "\": invalid syntax";
    }

    /** Of the sparse file that holds a loop pool's data. */
    long loopDataBytes() {
        return size("loopdatasize", "100G");
    }

    long loopMetadataBytes() {
        return size("loopmetadatasize", "2G");
    }

    /** Of a pool that the engine makes: the kernel wants a multiple of 64 KiB, up to 1 GiB. */
    long blockBytes() {
        long bytes = size("blocksize", "64K");
        if (bytes < 1 << 16 || bytes > 1 << 30 || bytes % (1 << 16) != 0) {
            throw FeluccaException.invalid("invalid storage option dm.blocksize=" + values.get("blocksize")
                    + ": it must be a multiple of 64K, up to 1G");
        }
        return bytes;
    }

    /** {@code xfs}, {@code ext4}, or empty for what is there. */
    public String fileSystem() {
        String value = values.getOrDefault("fs", "");
        if (!List.of("", "xfs", "ext4").contains(value)) {
            throw FeluccaException.invalid("devmapper: Unsupported filesystem " + value);
        }
        return value;
    }

    /** Further arguments of mkfs, separated by spaces. */
    public List<String> mkfsArguments() {
        return Arrays.stream(values.getOrDefault("mkfsarg", "").split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Further options of layers' mounts, separated by commas. */
    public List<String> mountOptions() {
        return Arrays.stream(values.getOrDefault("mountopt", "").split(","))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** With less of the pool free no layer is made; 0 to do without that. */
    public int minFreePercent() {
        String value = values.getOrDefault("min_free_space", "10%");
        if (!value.endsWith("%")) {
            throw FeluccaException.invalid("devmapper: Option dm.min_free_space requires % suffix");
        }
        String digits = withoutPercent(value);
        if (!digits.matches(NUMBER)) {
            throw FeluccaException.invalid(notParsed(digits));
        } else if (Integer.parseInt(digits) >= 100) {
            throw FeluccaException.invalid("devmapper: Invalid value " + value + " for option dm.min_free_space");
        }
        return Integer.parseInt(digits);
    }

    /** Whether a removed layer's blocks are discarded first, so that the disk below the pool gets them back. */
    boolean discardsRemoved(boolean byDefault) {
        return flag("blkdiscard", byDefault);
    }

    /** Whether a device in use goes with its last user, instead of failing the call. */
    public boolean deferredRemoval() {
        return flag("use_deferred_removal", true);
    }

    /** Whether a layer is gone before the pool has its blocks back. */
    public boolean deferredDeletion() {
        return flag("use_deferred_deletion", true);
    }

    private boolean flag(String name, boolean byDefault) {
        String value = values.getOrDefault(name, Boolean.toString(byDefault));
        return switch (value) {
            case "true", "1", "t", "T", "TRUE", "True" -> true;
            case "false", "0", "f", "F", "FALSE", "False" -> false;
            default -> throw FeluccaException.invalid("strconv.ParseBool: parsing \"" + value + "\": invalid syntax");
        };
    }

    private long size(String name, String byDefault) {
        return ByteSize.parse(values.getOrDefault(name, byDefault));
    }
}
