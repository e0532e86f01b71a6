package io.felucca.itests.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.itests.fixture.EngineUnderTest;
import java.io.IOException;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Installs, uses and uninstalls the engine's bundles again and again in one framework, beside bundles of the platform that
 * stay. A program of its own: {@link InstallCyclesIT} runs it in a JVM that clears soft references at each collection.
 */
final class InstallCycles {

    private static final int FIRST = 3;
    private static final int MEASURED = 5;
    private static final String CONTAINERS = "io.felucca.containers.Containers";

    private static final ClassLoadingMXBean CLASSES = ManagementFactory.getClassLoadingMXBean();

    /** What one JVM holds. */
    private record Held(int classes, List<String> threads, int descriptors, int mappings) {

        static Held now() {
            return new Held(
                    CLASSES.getLoadedClassCount(),
                    Thread.getAllStackTraces().keySet().stream()
                            .map(Thread::getName)
                            .filter(name -> name.startsWith("felucca"))
                            .toList(),
                    count("/proc/self/fd"),
                    files("/proc/self/maps"));
        }

        /** The JVM makes classes of its own as it goes, for reflection and lambdas; a cycle has over 400 of the engine. */
        boolean isAbout(Held first) {
            return classes <= first.classes + 300
                    && threads.size() <= first.threads.size()
                    && descriptors <= first.descriptors + 4
                    && mappings <= first.mappings + 5;
        }

        private static int count(String folder) {
            try (Stream<Path> entries = Files.list(Path.of(folder))) {
                return (int) entries.count();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Those of files: the JVM and the C library take and give back anonymous memory. */
        private static int files(String maps) {
            try {
                return (int) Files.readAllLines(Path.of(maps)).stream()
                        .filter(line -> line.indexOf('/') >= 0)
                        .count();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final Path folder;
    private final int cycles;
    private final long seed;

    private InstallCycles(Path folder, int cycles, long seed) {
        this.folder = folder;
        this.cycles = cycles;
        this.seed = seed;
    }

    /** @param words a folder, how many cycles, and the seed of the bundles' order */
    public static void main(String[] words) throws Exception {
        new InstallCycles(Path.of(words[0]), Integer.parseInt(words[1]), Long.parseLong(words[2])).run();
        System.exit(0);
    }

    private void run() throws Exception {
        Framework framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        folder.resolve("cache").toString(),
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        StartOrderIT.SHARED,
                        "felucca.home",
                        EngineUnderTest.home().toString()));
        framework.start();
        // A thread of the platform that calls into the engine, and lives on.
        ExecutorService host = Executors.newSingleThreadExecutor();
        Random random = new Random(seed);
        try {
            BundleContext context = framework.getBundleContext();
            List<Path> own = new ArrayList<>();
            for (Path jar : StartOrderIT.jars()) {
                if (isInstalledAgain(jar.getFileName().toString())) {
                    own.add(jar);
                } else {
                    context.installBundle(jar.toUri().toString());
                }
            }
            for (Bundle bundle : context.getBundles()) {
                start(bundle);
            }
            Held first = null;
            for (int cycle = 1; cycle <= cycles; cycle++) {
                Collections.shuffle(own, random);
                cycle(cycle, framework, own, host);
                if (cycle == MEASURED) {
                    first = settled();
                }
            }
            Held before = first;
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                System.gc();
                Held now = Held.now();
                assertThat(now.isAbout(before))
                        .as("after %d cycles, seed %d: %s; after %d: %s", MEASURED, seed, before, cycles, now)
                        .isTrue();
            });
        } finally {
            host.shutdown();
            framework.stop();
            framework.waitForStop(60_000);
        }
    }

    /** linux-native is never replaced in a running JVM: jffi keeps its own class loader by a thread that never ends. */
    private static boolean isInstalledAgain(String jar) {
        return jar.startsWith("felucca-")
                && !jar.equals("felucca-slf4j.jar")
                && !jar.equals("felucca-linux-native.jar");
    }

    private void cycle(int cycle, Framework framework, List<Path> jars, ExecutorService host) throws Exception {
        BundleContext context = framework.getBundleContext();
        List<Bundle> bundles = new ArrayList<>();
        for (Path jar : jars) {
            bundles.add(context.installBundle(jar.toUri().toString()));
        }
        for (Bundle bundle : bundles) {
            start(bundle);
        }
        configure(context, "io.felucca.networks", Map.of("bridge", "none"));
        configure(context, "io.felucca.docker.api", Map.of("hosts", "unix://" + folder.resolve("s")));
        configure(
                context,
                "io.felucca.engine",
                Map.of(
                        "data.root",
                        folder.resolve("d").toString(),
                        "exec.root",
                        folder.resolve("x").toString()));
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(StartOrderIT.isThere(context, CONTAINERS))
                        .as("cycle %d, seed %d", cycle, seed)
                        .isTrue());
        host.submit((Callable<Object>) () -> use(context)).get();
        // The first ones go while components still come. Felix SCR keeps components whose services go in between.
        boolean calm = cycle > FIRST;
        if (calm) {
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () -> assertThat(StartOrderIT.commands(context)).containsAll(StartOrderIT.COMMANDS));
        }
        for (String pid : List.of("io.felucca.engine", "io.felucca.networks", "io.felucca.docker.api")) {
            admin(context).getConfiguration(pid, "?").delete();
        }
        if (calm) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> context.getAllServiceReferences(CONTAINERS, null) == null
                            && !StartOrderIT.commands(context).contains("run"));
        }
        Collections.reverse(bundles);
        for (Bundle bundle : bundles) {
            bundle.uninstall();
        }
        refresh(framework);
    }

    private static void start(Bundle bundle) throws Exception {
        if (bundle.getBundleId() != 0 && bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
            bundle.start();
        }
    }

    /** A call that passes through the engine to the kernel. */
    private static Object use(BundleContext context) throws Exception {
        ServiceReference<?> reference = context.getAllServiceReferences("io.felucca.volumes.Volumes", null)[0];
        Object volumes = context.getService(reference);
        volumes.getClass().getMethod("list", Map.class).invoke(volumes, Map.of());
        return context.ungetService(reference);
    }

    private static ConfigurationAdmin admin(BundleContext context) {
        return context.getService(context.getServiceReference(ConfigurationAdmin.class));
    }

    private static void configure(BundleContext context, String pid, Map<String, Object> settings) throws IOException {
        admin(context).getConfiguration(pid, "?").update(new Hashtable<>(settings));
    }

    private static void refresh(Framework framework) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        framework.adapt(FrameworkWiring.class).refreshBundles(null, event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
            }
        });
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    }

    /** What is held once the collector finds no more. */
    private static Held settled() {
        Held[] last = {Held.now()};
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    System.gc();
                    Held now = Held.now();
                    boolean same =
                            now.classes() == last[0].classes() && now.threads().isEmpty();
                    last[0] = now;
                    return same;
                });
        return last[0];
    }
}
