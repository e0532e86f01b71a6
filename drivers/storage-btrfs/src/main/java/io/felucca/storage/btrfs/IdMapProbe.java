package io.felucca.storage.btrfs;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.storage.spi.Mount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Tries once whether the kernel can map the ids of a mount of btrfs (Linux 5.15), on a folder that is gone afterwards. */
final class IdMapProbe {

    private static final byte[] NAME = "idmap-trial".getBytes(StandardCharsets.US_ASCII);

    private final Directories directories;
    private final Mounts mounts;
    private final Path root;
    private boolean done;
    private boolean works;

    /** Removes what the trial of a process that was killed left. */
    IdMapProbe(Directories directories, Mounts mounts, Path root) {
        this.directories = directories;
        this.mounts = mounts;
        this.root = root;
        clean();
    }

    synchronized boolean works(IdMap idMap) {
        if (!done) {
            works = tryNow(idMap);
            done = true;
        }
        return works;
    }

    private boolean tryNow(IdMap idMap) {
        try (Directory folder = directories.open(root)) {
            folder.makeDirectory(NAME, 0700);
            return isMapped(idMap);
        } finally {
            clean();
        }
    }

    private boolean isMapped(IdMap idMap) {
        try {
            mounts.mount(new Mount("bind", place().toString(), "", List.of("ro"), idMap), place());
        } catch (FeluccaException e) {
            return false;
        }
        try (Directory mapped = directories.open(place())) {
            return Integer.toUnsignedLong(mapped.stat().uid()) == idMap.rootUid();
        }
    }

    private Path place() {
        return root.resolve(new String(NAME, StandardCharsets.US_ASCII));
    }

    private void clean() {
        mounts.unmount(place(), true);
        try (Directory folder = directories.open(root)) {
            folder.removeDirectory(NAME);
        }
    }
}
