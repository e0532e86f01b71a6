package io.felucca.itests.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.itests.fixture.EngineUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.service.cm.ConfigurationAdmin;

/** The bundles in a plain Felix without start levels, as a platform may start them; the engine is configured last. */
class StartOrderIT {

    private static final List<String> FACADES = List.of(
            "io.felucca.builder.Builder",
            "io.felucca.containers.ContainerArchives",
            "io.felucca.containers.ContainerMoves",
            "io.felucca.containers.Containers",
            "io.felucca.engine.Drivers",
            "io.felucca.git.GitRepositories",
            "io.felucca.images.FolderArchives",
            "io.felucca.images.ImageContent",
            "io.felucca.images.Images",
            "io.felucca.images.Layers",
            "io.felucca.networks.Networks",
            "io.felucca.networks.Sandboxes",
            "io.felucca.registry.Registry",
            "io.felucca.storage.Storage",
            "io.felucca.volumes.VolumeCopies",
            "io.felucca.volumes.VolumeMounts",
            "io.felucca.volumes.Volumes");

    static final Set<String> COMMANDS = Set.of(
            "attach",
            "build",
            "builder",
            "commit",
            "container",
            "cp",
            "create",
            "diff",
            "driver",
            "events",
            "exec",
            "export",
            "history",
            "image",
            "images",
            "import",
            "info",
            "inspect",
            "kill",
            "load",
            "login",
            "logout",
            "logs",
            "manifest",
            "network",
            "pause",
            "port",
            "ps",
            "pull",
            "push",
            "rename",
            "restart",
            "rm",
            "rmi",
            "run",
            "save",
            "search",
            "shell",
            "start",
            "stats",
            "stop",
            "storage",
            "system",
            "tag",
            "top",
            "unpause",
            "update",
            "version",
            "volume",
            "wait");

    /** Packages that the class path of this test has, as the launcher's. */
    static final String SHARED = String.join(
            ",",
            "org.osgi.service.cm;version=1.6.1",
            "org.osgi.service.component;version=1.5.1",
            "org.osgi.service.component.propertytypes;version=1.5",
            "org.osgi.service.component.runtime;version=1.5",
            "org.osgi.service.component.runtime.dto;version=1.5",
            "org.osgi.util.promise;version=1.3.0",
            "org.osgi.util.function;version=1.2",
            "sun.misc");

    @TempDir
    Path folder;

    private Framework framework;

    @AfterEach
    void stop() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(60_000);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    @DisplayName(
            "B5, B13 In whatever order the bundles start, every command and every façade is there after configuring")
    void anyOrder(long seed) throws Exception {
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        folder.resolve("cache").toString(),
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        SHARED,
                        "felucca.home",
                        EngineUnderTest.home().toString()));
        framework.start();
        BundleContext context = framework.getBundleContext();
        List<Bundle> bundles = new ArrayList<>();
        for (Path jar : jars()) {
            bundles.add(context.installBundle(jar.toUri().toString()));
        }
        Collections.shuffle(bundles, new Random(seed));
        for (Bundle bundle : bundles) {
            if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                bundle.start();
            }
        }
        configure(context);

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(commands(context)).containsAll(COMMANDS));
        for (String facade : FACADES) {
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(isThere(context, facade)).as(facade).isTrue());
        }
    }

    static List<Path> jars() throws IOException {
        try (Stream<Path> jars = Files.walk(EngineUnderTest.home().resolve("bundles"))) {
            return jars.filter(jar -> jar.toString().endsWith(".jar"))
                    .filter(jar -> !jar.toString().contains("fileinstall"))
                    .filter(jar -> !jar.getParent().endsWith("on-demand"))
                    .sorted()
                    .toList();
        }
    }

    private void configure(BundleContext context) throws IOException {
        Dictionary<String, Object> engine = new Hashtable<>();
        engine.put("data.root", folder.resolve("d").toString());
        engine.put("exec.root", folder.resolve("x").toString());
        ServiceReference<ConfigurationAdmin> reference = context.getServiceReference(ConfigurationAdmin.class);
        context.getService(reference).getConfiguration("io.felucca.engine", "?").update(engine);
    }

    static Set<String> commands(BundleContext context) throws InvalidSyntaxException {
        ServiceReference<?>[] found =
                context.getAllServiceReferences(null, "(&(osgi.command.scope=felucca)(osgi.command.function=*))");
        return found == null
                ? Set.of()
                : Stream.of(found)
                        .map(reference ->
                                reference.getProperty("osgi.command.function").toString())
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    static boolean isThere(BundleContext context, String facade) throws InvalidSyntaxException {
        ServiceReference<?>[] found = context.getAllServiceReferences(facade, null);
        return found != null && context.getService(found[0]) != null;
    }
}
