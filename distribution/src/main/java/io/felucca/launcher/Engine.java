package io.felucca.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.cm.ConfigurationAdmin;

/** One engine in this process: Apache Felix with the distribution's bundles, from start to SIGTERM. */
final class Engine {

    private static final Logger LOG = Logger.getLogger("io.felucca.launcher");
    /** ConfigAdmin and DS are up at this level; what reads settings comes later. */
    private static final int SETTINGS_LEVEL = 3;

    /** Bundles that users install start with the distribution's drivers. */
    private static final int DROPPED_IN_LEVEL = 6;

    /** OSGi's interfaces that the launcher uses itself: it has them on its class path, and so do the bundles. */
    private static final List<String> SHARED_PACKAGES = List.of(
            "org.osgi.service.cm;version=1.6.1",
            "org.osgi.service.component;version=1.5.1",
            "org.osgi.service.component.propertytypes;version=1.5",
            "org.osgi.service.component.runtime;version=1.5",
            "org.osgi.service.component.runtime.dto;version=1.5",
            "org.osgi.util.promise;version=1.3.0",
            "org.osgi.util.function;version=1.2");

    private static final long POLL_MILLIS = 50;
    private static final long STOP_MILLIS = 20_000;

    private final Path home;
    private final EngineOptions options;
    private Path work;
    private final long begunNanos = System.nanoTime();

    /** @param home the unpacked distribution */
    Engine(Path home, EngineOptions options) {
        this.home = home;
        this.options = options;
    }

    /** Runs until SIGTERM. @throws LaunchException when it does not come up */
    void run() {
        try (WorkFolder held = WorkFolder.lock(options)) {
            work = held.path();
            Pidfile pidfile = new Pidfile(options.path(Option.PIDFILE));
            pidfile.claim();
            try {
                ReadyMark.of(options).remove();
                runLocked();
            } finally {
                pidfile.release();
            }
        } catch (IOException e) {
            throw new LaunchException("cannot use the engine's folders: " + e, e);
        }
    }

    private void runLocked() {
        Reload reload = Reload.onHangup(options);
        Settings settings = Settings.of(home.resolve("etc"), options);
        DistributionBundles bundles = new DistributionBundles(home.resolve("bundles"), stamps());
        Framework framework = prepare(bundles);
        CountDownLatch gone = new CountDownLatch(1);
        Thread stopper = new Thread(() -> stop(framework, gone), "felucca-stop");
        try {
            Runtime.getRuntime().addShutdownHook(stopper);
            JsonWarming.begin(framework.getBundleContext());
            framework.start();
            mark("start level " + SETTINGS_LEVEL);
            write(settings, framework.getBundleContext());
            reload.settingsAreIn(framework.getBundleContext());
            if (raiseTo(bundles.levels(), framework)) {
                new Readiness(framework, options.unixSockets(), options.text(Option.STORAGE_DRIVER)).check();
                mark("ready");
                ReadyMark.of(options).write();
                new IdleMemory(framework).giveBackUntilStop();
            }
            framework.waitForStop(0);
        } catch (BundleException | IOException e) {
            throw new LaunchException("the engine's framework did not start: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw new LaunchException("the engine was interrupted", e);
        } catch (LaunchException e) {
            halt(framework);
            throw e;
        } finally {
            gone.countDown();
        }
    }

    /** A framework with its bundles, not yet started. A cache that an engine killed on its way left broken is made anew. */
    private Framework prepare(DistributionBundles bundles) {
        try {
            return install(bundles);
        } catch (BundleException | IOException | IllegalStateException | IllegalArgumentException broken) {
            LOG.log(
                    Level.WARNING,
                    "the cache of bundles is broken: it is put aside as cache.broken and made anew",
                    broken);
        }
        try {
            Path aside = cache().resolveSibling("cache.broken");
            WorkFolder.empty(aside);
            if (Files.exists(cache())) {
                Files.move(cache(), aside, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.deleteIfExists(stamps());
            return install(bundles);
        } catch (BundleException | IOException e) {
            throw new LaunchException("the engine's bundles cannot be installed: " + e.getMessage(), e);
        }
    }

    private Framework install(DistributionBundles bundles) throws BundleException, IOException {
        Framework framework = new FrameworkFactory().newFramework(properties());
        boolean done = false;
        try {
            framework.init();
            mark("framework initialised");
            framework.getBundleContext().addFrameworkListener(Engine::report);
            bundles.install(framework.getBundleContext());
            mark("bundles installed");
            done = true;
            return framework;
        } finally {
            if (!done) {
                halt(framework);
            }
        }
    }

    private Path cache() {
        return work.resolve("cache");
    }

    private Path stamps() {
        return work.resolve("bundles.properties");
    }

    private Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, cache().toString());
        properties.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(SETTINGS_LEVEL));
        properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, String.join(",", SHARED_PACKAGES));
        properties.put("felix.log.level", "0");
        properties.put("felix.resolver.parallelism", "1");
        properties.put("org.apache.felix.eventadmin.LogLevel", "1");
        properties.put("org.apache.felix.eventadmin.ThreadPoolSize", "2");
        // Read once per bundle; else every start begins with an XML parser.
        properties.put("ds.cache.metadata", "true");
        properties.put("felix.startlevel.bundle", Integer.toString(DROPPED_IN_LEVEL));
        Path deploy =
                options.text(Option.DEPLOY_ROOT).isEmpty() ? home.resolve("deploy") : options.path(Option.DEPLOY_ROOT);
        properties.put("felix.fileinstall.dir", deploy.toString());
        properties.put("felix.fileinstall.tmpdir", work.resolve("tmp").toString());
        properties.put("felix.fileinstall.filter", ".*\\.jar");
        properties.put("felix.fileinstall.poll", "500");
        properties.put("felix.fileinstall.noInitialDelay", "true");
        properties.put("felix.fileinstall.enableConfigSave", "false");
        // Never "all": a refresh for a fragment or an optional import would restart the core.
        properties.put("felix.fileinstall.fragmentRefreshScope", "none");
        properties.put("felix.fileinstall.optionalImportRefreshScope", "none");
        properties.put("felucca.home", home.toString());
        return properties;
    }

    private static void write(Settings settings, BundleContext context) throws IOException {
        ServiceReference<ConfigurationAdmin> reference = context.getServiceReference(ConfigurationAdmin.class);
        if (reference == null) {
            throw new LaunchException("the bundle org.apache.felix.configadmin is not active: is the build complete?");
        }
        settings.writeTo(context.getService(reference));
        context.ungetService(reference);
    }

    private boolean raiseTo(int highest, Framework framework) throws InterruptedException {
        for (int level = SETTINGS_LEVEL + 1; level <= highest; level++) {
            if (!raise(framework, level)) {
                return false;
            }
            mark("start level " + level);
        }
        return true;
    }

    /** For the time line of a start, at log level debug. */
    private void mark(String reached) {
        if (LOG.isLoggable(Level.FINE)) {
            LOG.fine(reached + " after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos) + " ms");
        }
    }

    /** @return false when the framework was stopped meanwhile: then it never tells that a level was reached */
    private static boolean raise(Framework framework, int level) throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        framework.adapt(FrameworkStartLevel.class).setStartLevel(level, event -> {
            if (event.getType() != FrameworkEvent.ERROR) {
                reached.countDown();
            }
        });
        while (!reached.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            if (framework.getState() != Bundle.ACTIVE) {
                return false;
            }
        }
        return framework.getState() == Bundle.ACTIVE;
    }

    private static void report(FrameworkEvent event) {
        if (event.getType() != FrameworkEvent.ERROR) {
            return;
        }
        Bundle bundle = event.getBundle();
        Throwable cause = event.getThrowable();
        boolean unresolved = cause instanceof BundleException b && b.getType() == BundleException.RESOLVE_ERROR;
        LOG.log(
                Level.SEVERE,
                unresolved
                        ? "bundle " + bundle.getSymbolicName() + " does not start: " + cause.getMessage()
                        : "in bundle " + bundle.getSymbolicName(),
                unresolved ? null : cause);
    }

    private static void stop(Framework framework, CountDownLatch gone) {
        ClassLinking.linkLoaded(framework.getBundleContext());
        halt(framework);
        try {
            gone.await(STOP_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void halt(Framework framework) {
        try {
            framework.stop();
            framework.waitForStop(STOP_MILLIS);
        } catch (BundleException e) {
            LOG.log(Level.SEVERE, "the framework does not stop", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
