package io.felucca.testkit.storage;

import io.felucca.IdMap;
import io.felucca.linux.PidFd;
import io.felucca.linux.Processes;
import io.felucca.linux.files.Directory;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.storage.spi.LayerDirectory;
import io.felucca.storage.spi.LayerStore;
import io.felucca.testkit.Content;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/**
 * Makes, commits and removes layers, and kills itself with SIGKILL in one of its steps: at a part of the time that the
 * same step took before. {@link LayerCrashContract} starts it in a process.
 */
final class CrashWorkload {

    /** Cycles before the one in which it dies: the first loads classes. */
    private static final int MEASURED_CYCLES = 2;

    private final StorageDriverContract test;
    private final Path root;
    private final Path target;
    private final CrashStep last;
    private final double part;
    private final KernelDirectories directories = new KernelDirectories();
    private final KernelMounts mounts = new KernelMounts();
    private final Processes processes = new KernelProcesses();
    private final PidFd self;
    private final Map<CrashStep, Long> nanos = new EnumMap<>(CrashStep.class);
    private boolean dies;
    private LayerStore store;

    private CrashWorkload(StorageDriverContract test, Path root, Path target, CrashStep last, double part) {
        this.test = test;
        this.root = root;
        this.target = target;
        this.last = last;
        this.part = part;
        int pid = (int) ProcessHandle.current().pid();
        self = processes.identify(pid).flatMap(processes::open).orElseThrow();
    }

    /** @param args the contract's class, the store's root, where to mount, the step, and the part of it, 0 to 1 */
    public static void main(String[] args) throws Exception {
        Constructor<?> constructor = Class.forName(args[0]).getDeclaredConstructor();
        constructor.setAccessible(true);
        CrashWorkload workload = new CrashWorkload(
                (StorageDriverContract) constructor.newInstance(),
                Path.of(args[1]),
                Files.createDirectories(Path.of(args[2])),
                CrashStep.valueOf(args[3]),
                Double.parseDouble(args[4]));
        long number = System.nanoTime();
        for (int cycle = 0; cycle < MEASURED_CYCLES; cycle++) {
            workload.cycle(number++);
        }
        workload.dies = true;
        while (true) {
            workload.cycle(number++);
        }
    }

    private void cycle(long i) {
        step(CrashStep.OPEN, () -> store = test.driver().open(root, test.options(root)));
        String base = layer("base" + i, "");
        String top = layer("top" + i, base);
        step(CrashStep.VIEW, () -> store.view("view" + i, top));
        step(CrashStep.REMOVE_VIEW, () -> store.remove("view" + i));
        store.prepare("gone" + i, top, IdMap.NONE);
        step(CrashStep.REMOVE_ACTIVE, () -> store.remove("gone" + i));
        if (store instanceof LayerDirectory shown) {
            store.prepare("alone" + i, "", IdMap.NONE);
            inMount("alone" + i, "over" + i);
            step(CrashStep.COMMIT_OVER, () -> shown.commitOver("over" + i, "alone" + i, base));
        }
        step(CrashStep.REMOVE_COMMITTED, () -> store.remove(top));
        store.close();
    }

    private String layer(String id, String parent) {
        String key = "key-" + id;
        step(CrashStep.PREPARE, () -> store.prepare(key, parent, IdMap.NONE));
        inMount(key, id);
        step(CrashStep.COMMIT, () -> store.commit(id, key));
        return id;
    }

    private void inMount(String key, String id) {
        step(CrashStep.MOUNTS, () -> mounts.mountAll(store.mounts(key), target));
        try (Directory directory = directories.open(target)) {
            Content.write(directory, "whole", id);
            Content.write(directory, "file-" + id, "x".repeat(10_000));
        }
        mounts.unmountAll(store.mounts(key), target);
        step(CrashStep.RELEASE, () -> store.release(key));
    }

    private void step(CrashStep step, Runnable work) {
        long begin = System.nanoTime();
        if (dies && step == last) {
            long end = begin + (long) (nanos.get(step) * part);
            Thread killer = new Thread(() -> killAt(end), "killer");
            killer.start();
        }
        work.run();
        nanos.put(step, System.nanoTime() - begin);
    }

    private void killAt(long nanoTime) {
        while (System.nanoTime() < nanoTime) {
            Thread.onSpinWait();
        }
        processes.signal(self, Processes.SIGKILL);
    }
}
