package io.felucca.storage.devicemapper;

import io.felucca.IdMap;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directory;
import io.felucca.storage.devicemapper.pool.Programs;
import io.felucca.storage.spi.Mount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How the layers' filesystem is made and mounted. */
final class FileSystem {

    private FileSystem() {}

    /** The one that was asked for, else xfs where kernel and programs have it, else ext4. */
    static String choose(String asked) {
        if (!asked.isEmpty()) {
            return asked;
        }
        return problem("xfs").isEmpty() ? "xfs" : "ext4";
    }

    /** Why a filesystem cannot be used here, if so. A kernel that has not loaded its module yet does so at the mount. */
    static Optional<String> problem(String type) {
        return Programs.find("mkfs." + type).isPresent()
                ? Optional.empty()
                : Optional.of(
                        "there is no mkfs." + type + ": install " + (type.equals("xfs") ? "xfsprogs" : "e2fsprogs"));
    }

    /**
     * Makes an empty filesystem whose root folder holds nothing. ext4 leaves its tables of inodes to be written when they
     * are used, for what was never written reads as zeros; the journal it clears.
     */
    static void make(Programs programs, Mounts mounts, String type, Path device, List<String> arguments) {
        List<String> words = new ArrayList<>(
                type.equals("xfs")
                        ? List.of("-q", "-K")
                        : List.of("-q", "-E", "nodiscard,lazy_itable_init=1,lazy_journal_init=0"));
        words.addAll(arguments);
        words.add(device.toString());
        programs.run("mkfs." + type, words.toArray(String[]::new));
        Mount mount = new Mount(type, device.toString(), "", options(type, List.of()), IdMap.NONE);
        try (Directory root = mounts.openDetached(mount)) {
            root.removeDirectory("lost+found".getBytes(StandardCharsets.US_ASCII));
            root.setOwner(0, 0);
            root.setMode(0755);
            root.syncFileSystem();
        }
    }

    /** All layers' filesystems have one UUID; what is deleted in them the pool gets back. */
    static List<String> options(String type, List<String> further) {
        List<String> options = new ArrayList<>(
                type.equals("xfs") ? List.of("rw", "nouuid", "discard") : List.of("rw", "noinit_itable", "discard"));
        options.addAll(further);
        return options;
    }

    /** For a device that cannot be written. */
    static List<String> readOnlyOptions(String type) {
        return type.equals("xfs") ? List.of("ro", "nouuid", "norecovery") : List.of("ro", "noload");
    }
}
