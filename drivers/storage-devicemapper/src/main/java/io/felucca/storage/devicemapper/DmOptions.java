package io.felucca.storage.devicemapper;

import io.felucca.FeluccaException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The options of {@code dm.}, with dockerd's names and, but for what is said here, its defaults. */
final class DmOptions {

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
    private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([kmgtp]?)(?:i?b)?");
    private static final List<String> UNITS = List.of("", "k", "m", "g", "t", "p");

    private final Map<String, String> values;

    /** @throws FeluccaException INVALID for an option that is unknown or has a value that cannot be */
    DmOptions(Map<String, String> values) {
        this.values = Map.copyOf(values);
        for (String name : values.keySet()) {
            if (!KNOWN.contains(name)) {
                throw FeluccaException.invalid("unknown storage option dm." + name);
            }
        }
        baseSizeBytes();
        loopDataBytes();
        loopMetadataBytes();
        blockBytes();
        directForce();
        if (directDataPercent() + directMetadataPercent() > 100) {
            throw FeluccaException.invalid(
                    "invalid storage options: dm.thinp_percent and dm.thinp_metapercent together are"
                            + " more than 100");
        }
        directExtendThreshold();
        directExtendPercent();
        if (!thinPool().isEmpty() && !directDevice().isEmpty()) {
            throw FeluccaException.invalid("dm.thinpooldev and dm.directlvm_device exclude each other");
        }
        fileSystem();
        minFreePercent();
        discardsRemoved(false);
        deferredRemoval();
        deferredDeletion();
    }

    /** An existing thin pool: a name below /dev/mapper or a path; empty when there is none. */
    String thinPool() {
        return values.getOrDefault("thinpooldev", "");
    }

    /** The size that a layer's filesystem has, whatever it takes of the pool. */
    long baseSizeBytes() {
        return size("basesize", "10G");
    }

    /** A block device that the engine makes its pool on; empty when there is none. */
    String directDevice() {
        return values.getOrDefault("directlvm_device", "");
    }

    /** Whether it is wiped if it holds data. */
    boolean directForce() {
        return flag("directlvm_device_force", false);
    }

    int directDataPercent() {
        return percent("thinp_percent", "95");
    }

    int directMetadataPercent() {
        return percent("thinp_metapercent", "1");
    }

    /** How full the pool is when LVM extends it. */
    int directExtendThreshold() {
        return percent("thinp_autoextend_threshold", "80");
    }

    /** By how much of its size. */
    int directExtendPercent() {
        return percent("thinp_autoextend_percent", "20");
    }

    private int percent(String name, String byDefault) {
        String value = values.getOrDefault(name, byDefault);
        if (!value.matches("[1-9]\\d?|100")) {
            throw invalid(name, value, "a percentage from 1 to 100");
        }
        return Integer.parseInt(value);
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
            throw invalid("blocksize", values.get("blocksize"), "a multiple of 64K, up to 1G");
        }
        return bytes;
    }

    /** {@code xfs}, {@code ext4}, or empty for what is there. */
    String fileSystem() {
        String value = values.getOrDefault("fs", "");
        if (!List.of("", "xfs", "ext4").contains(value)) {
            throw invalid("fs", value, "xfs or ext4");
        }
        return value;
    }

    /** Further arguments of mkfs, separated by spaces. */
    List<String> mkfsArguments() {
        return Arrays.stream(values.getOrDefault("mkfsarg", "").split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Further options of layers' mounts, separated by commas. */
    List<String> mountOptions() {
        return Arrays.stream(values.getOrDefault("mountopt", "").split(","))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** With less of the pool free no layer is made; 0 to do without that. */
    int minFreePercent() {
        String value = values.getOrDefault("min_free_space", "10%");
        String digits = value.endsWith("%") ? value.substring(0, value.length() - 1) : value;
        if (!digits.matches("\\d{1,2}")) {
            throw invalid("min_free_space", value, "a percentage from 0% to 99%");
        }
        return Integer.parseInt(digits);
    }

    /** Whether a removed layer's blocks are discarded first, so that the disk below the pool gets them back. */
    boolean discardsRemoved(boolean byDefault) {
        return flag("blkdiscard", byDefault);
    }

    /** Whether a device in use goes with its last user, instead of failing the call. On by default, unlike dockerd's. */
    boolean deferredRemoval() {
        return flag("use_deferred_removal", true);
    }

    /** Whether a layer is gone before the pool has its blocks back. On by default, unlike dockerd's. */
    boolean deferredDeletion() {
        return flag("use_deferred_deletion", true);
    }

    private boolean flag(String name, boolean byDefault) {
        String value = values.getOrDefault(name, Boolean.toString(byDefault));
        return switch (value) {
            case "true", "1", "t", "T", "TRUE", "True" -> true;
            case "false", "0", "f", "F", "FALSE", "False" -> false;
            default -> throw invalid(name, value, "true or false");
        };
    }

    /** As dockerd's units: 1024 to the step, whatever the unit's letters. */
    private long size(String name, String byDefault) {
        String value = values.getOrDefault(name, byDefault);
        Matcher matcher = SIZE.matcher(value.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw invalid(name, value, "a size, as 20G");
        }
        return (long) (Double.parseDouble(matcher.group(1)) * (1L << 10 * UNITS.indexOf(matcher.group(2))));
    }

    private static FeluccaException invalid(String name, String value, String wanted) {
        return FeluccaException.invalid("invalid storage option dm." + name + "=" + value + ": it must be " + wanted);
    }
}
