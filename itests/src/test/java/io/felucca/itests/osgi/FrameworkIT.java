package io.felucca.itests.osgi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.frameworkStartLevel;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import io.felucca.FeluccaException;
import io.felucca.engine.Drivers;
import io.felucca.itests.fixture.DriverJar;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.storage.spi.StorageDriver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.ComponentException;
import org.osgi.util.function.Function;
import org.osgi.util.promise.Promise;
import org.osgi.util.tracker.ServiceTracker;

/** The bundles of the distribution in a Felix of pax-exam's: they resolve, drivers are found, and change in place. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class FrameworkIT {

    private static final String ROOT = "felucca.test.root";

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin configurations;

    private Drivers drivers;

    @Configuration
    public Option[] configuration() throws IOException {
        Path home = EngineUnderTest.home();
        List<Option> bundles = new ArrayList<>();
        try (Stream<Path> jars = Files.walk(home.resolve("bundles"))) {
            jars.filter(jar -> jar.toString().endsWith(".jar"))
                    .filter(jar -> !jar.getFileName().toString().contains("fileinstall"))
                    .sorted()
                    .forEach(jar -> {
                        String level = jar.getParent().getFileName().toString();
                        if (!level.equals("on-demand")) {
                            bundles.add(bundle(jar.toUri().toString()).startLevel(Integer.parseInt(level)));
                        }
                    });
        }
        Path root = Files.createDirectories(Path.of("target", "framework").toAbsolutePath());
        return options(
                frameworkStartLevel(10),
                junitBundles(),
                // The launcher has these on its class path.
                bundle(jarOf(ComponentException.class)).startLevel(1),
                bundle(jarOf(Promise.class)).startLevel(1),
                bundle(jarOf(Function.class)).startLevel(1),
                composite(bundles.toArray(Option[]::new)),
                frameworkProperty("org.osgi.framework.system.packages.extra").value("sun.misc"),
                systemProperty("felucca.home").value(home.toString()),
                systemProperty(ROOT).value(root.toString()),
                systemProperty("org.ops4j.pax.logging.DefaultServiceLog.level").value("WARN"));
    }

    private static String jarOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().toString();
    }

    @Before
    public void configureTheEngine() throws Exception {
        Dictionary<String, Object> engine = new Hashtable<>();
        engine.put("data.root", System.getProperty(ROOT) + "/d");
        engine.put("exec.root", System.getProperty(ROOT) + "/x");
        configurations.getConfiguration("io.felucca.engine", "?").updateIfDifferent(engine);
        ServiceTracker<Drivers, Drivers> tracker = new ServiceTracker<>(context, Drivers.class, null);
        tracker.open();
        drivers = tracker.waitForService(20_000);
        assertNotNull("no service " + Drivers.class.getName(), drivers);
        awaitDriver("vfs");
    }

    private void awaitDriver(String name) {
        drivers.call(StorageDriver.class, name, driver -> true);
    }

    @Test
    public void everyBundleOfTheDistributionIsActive() {
        List<String> notActive = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            boolean fragment = bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
            if (!fragment && bundle.getState() != Bundle.ACTIVE) {
                notActive.add(bundle.toString());
            }
        }
        assertEquals(List.of(), notActive);
    }

    @Test
    public void driversAndCoreExportNothing() {
        for (Bundle bundle : context.getBundles()) {
            String name = String.valueOf(bundle.getSymbolicName());
            if (name.startsWith("io.felucca.")
                    && !List.of(
                                    "io.felucca.api",
                                    "io.felucca.linux",
                                    "io.felucca.linux.native",
                                    "io.felucca.slf4j",
                                    "io.felucca.docker.json",
                                    "io.felucca.dockerfile")
                            .contains(name)) {
                assertEquals(name, null, bundle.getHeaders().get(Constants.EXPORT_PACKAGE));
            }
        }
    }

    @Test
    public void aDriverBundleThatIsDroppedInIsFoundAndGoesAgain() throws BundleException {
        Path bundles = Path.of(System.getProperty("felucca.home"), "bundles");
        Bundle dropped = context.installBundle(
                "test:dropped",
                new ByteArrayInputStream(DriverJar.storage(bundles, "org.example.dropped", "dropped", "1.0.0")));
        dropped.start();

        awaitDriver("dropped");
        assertTrue(drivers.names(StorageDriver.class).contains("dropped"));

        dropped.uninstall();
        assertFalse(drivers.names(StorageDriver.class).contains("dropped"));
    }

    @Test
    public void B1_whatNeedsADriverWaitsForItsReplacement() throws Exception {
        Bundle vfs = FrameworkUtil.getBundle(drivers.call(StorageDriver.class, "vfs", Object::getClass));
        vfs.stop();
        assertFalse(drivers.names(StorageDriver.class).contains("vfs"));
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> awaitDriver("vfs"));

        vfs.start();

        waiting.get(60, TimeUnit.SECONDS);
    }

    @Test
    public void B1_withoutAReplacementItFailsNamingTheDriver() throws Exception {
        Bundle vfs = FrameworkUtil.getBundle(drivers.call(StorageDriver.class, "vfs", Object::getClass));
        vfs.stop();
        try {
            FeluccaException failure = assertThrows(FeluccaException.class, () -> awaitDriver("vfs"));
            assertEquals(FeluccaException.Kind.UNAVAILABLE, failure.kind());
            assertTrue(failure.getMessage(), failure.getMessage().contains("vfs"));
        } finally {
            vfs.start();
        }
    }

    @Test
    public void stoppingADriverWaitsForTheCallsInProgress() throws Exception {
        Drivers.Lease<StorageDriver> lease = drivers.lease(StorageDriver.class, "vfs");
        Bundle vfs = FrameworkUtil.getBundle(lease.driver().getClass());
        CompletableFuture<Void> stopping = CompletableFuture.runAsync(() -> {
            try {
                vfs.stop();
            } catch (BundleException e) {
                throw new IllegalStateException(e);
            }
        });
        try {
            assertThrows(TimeoutException.class, () -> stopping.get(500, TimeUnit.MILLISECONDS));
            assertFalse(lease.lost());
        } finally {
            lease.close();
        }
        stopping.get(60, TimeUnit.SECONDS);
        vfs.start();
        awaitDriver("vfs");
    }

    @Test
    public void theHigherRankingGetsNewWork() throws Exception {
        Object first = drivers.call(StorageDriver.class, "vfs", driver -> driver);
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Drivers.NAME, "vfs");
        properties.put(Constants.SERVICE_RANKING, 10);
        StorageDriver other = (StorageDriver) Proxy.newProxyInstance(
                StorageDriver.class.getClassLoader(),
                new Class<?>[] {StorageDriver.class},
                (proxy, method, args) -> method.getName().equals("hashCode") ? (Object) 1 : null);
        var registration = context.registerService(StorageDriver.class, other, properties);

        assertTrue(drivers.call(StorageDriver.class, "vfs", driver -> driver == other));
        registration.unregister();
        assertEquals(first, drivers.call(StorageDriver.class, "vfs", driver -> driver));
    }
}
