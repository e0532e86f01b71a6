package io.felucca.testkit;

import io.felucca.IdMap;
import io.felucca.linux.Directory;
import io.felucca.linux.kernel.KernelDirectories;
import io.felucca.linux.kernel.KernelMounts;
import io.felucca.storage.spi.LayerStore;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes, commits and removes layers until it is killed; {@link LayerCrashContract} starts it in a process. */
final class CrashWorkload {

    private CrashWorkload() {}

    public static void main(String[] args) throws Exception {
        Constructor<?> constructor = Class.forName(args[0]).getDeclaredConstructor();
        constructor.setAccessible(true);
        StorageDriverContract test = (StorageDriverContract) constructor.newInstance();
        Path root = Path.of(args[1]);
        Path target = Files.createDirectories(
                Path.of(args[2]).resolveSibling("mounts").resolve("child"));
        LayerStore store = test.driver().open(root, test.options(root));
        Files.createFile(Path.of(args[2]));
        KernelMounts mounts = new KernelMounts();
        String parent = "";
        for (long i = System.nanoTime(); ; i++) {
            String id = "c" + i;
            store.prepare("key" + i, parent, IdMap.NONE);
            mounts.mountAll(store.mounts("key" + i), target);
            try (Directory directory = new KernelDirectories().open(target)) {
                Content.write(directory, "whole", id);
                Content.write(directory, "file" + i, "x".repeat(10_000));
            }
            mounts.unmountAll(store.mounts("key" + i), target);
            store.release("key" + i);
            store.commit(id, "key" + i);
            store.view("view" + i, id);
            store.prepare("gone" + i, id, IdMap.NONE);
            store.remove("gone" + i);
            store.remove("view" + i);
            if (i % 4 == 0) {
                parent = id;
            } else if (i % 4 == 2) {
                store.remove(id);
            }
        }
    }
}
