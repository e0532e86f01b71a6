package io.felucca.engine.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.engine.DriverBundles.DriverBundle;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameworkBundlesTest {

    @TempDir
    Path folder;

    private TestFramework framework;
    private FrameworkBundles bundles;

    @BeforeEach
    void start() throws Exception {
        framework = new TestFramework(folder.resolve("cache"));
        bundles = new FrameworkBundles(framework.context(), folder.resolve("jars"));
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
        try (Stream<Path> left = Files.list(folder.resolve("jars"))) {
            assertThat(left).as("temporary jars").isEmpty();
        } catch (java.nio.file.NoSuchFileException e) {
            assertThat(folder.resolve("jars")).doesNotExist();
        }
    }

    private DriverBundle install(String symbolicName, String version, String driver) throws Exception {
        return bundles.install(TestFramework.driverJar(symbolicName, version, driver), "test:" + symbolicName);
    }

    /** A driver's jar that imports what nothing exports. */
    private static InputStream broken(String symbolicName, String version) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarInputStream in = new JarInputStream(TestFramework.driverJar(symbolicName, version, "zfs"))) {
            Manifest manifest = in.getManifest();
            manifest.getMainAttributes().putValue("Import-Package", "no.such.thing");
            new JarOutputStream(bytes, manifest).close();
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private static FeluccaException.Kind kind(Throwable thrown) {
        return ((FeluccaException) thrown).kind();
    }

    @Test
    void installStartsTheBundleAndShowsItsDrivers() throws Exception {
        DriverBundle installed = install("org.acme.zfs", "1.0.0", "zfs");

        assertThat(installed.symbolicName()).isEqualTo("org.acme.zfs");
        assertThat(installed.version()).isEqualTo("1.0.0");
        assertThat(installed.state()).isEqualTo("ACTIVE");
        assertThat(installed.drivers()).containsExactly("storage/zfs");
        assertThat(bundles.list()).containsExactly(installed);
    }

    @Test
    void whatIsNoJarOrNoBundleIsInvalidAndLeavesNothing() {
        assertThatThrownBy(() ->
                        bundles.install(new ByteArrayInputStream("text".getBytes(StandardCharsets.US_ASCII)), "test:x"))
                .hasMessageStartingWith("cannot install driver bundle test:x: this is no jar: ")
                .extracting(FrameworkBundlesTest::kind)
                .isEqualTo(FeluccaException.Kind.INVALID);
        assertThat(framework.context().getBundles()).hasSize(1);
    }

    @Test
    void installingTheSameTwiceIsAConflict() throws Exception {
        install("org.acme.zfs", "1.0.0", "zfs");

        assertThatThrownBy(() -> install("org.acme.zfs", "1.0.0", "zfs"))
                .extracting(FrameworkBundlesTest::kind)
                .isEqualTo(FeluccaException.Kind.CONFLICT);
    }

    @Test
    void aBundleThatDoesNotResolveIsUninstalledAgain() throws Exception {
        assertThatThrownBy(() -> bundles.install(broken("org.acme.zfs", "1.0.0"), "test:zfs"))
                .hasMessageContaining("no.such.thing")
                .extracting(FrameworkBundlesTest::kind)
                .isEqualTo(FeluccaException.Kind.INVALID);
        assertThat(framework.context().getBundles()).hasSize(1);
    }

    @Test
    void updateReplacesInPlaceByDriverNameAndKeepsTheId() throws Exception {
        DriverBundle old = install("org.acme.zfs", "1.0.0", "zfs");

        DriverBundle updated = bundles.update("zfs", TestFramework.driverJar("org.acme.zfs", "2.0.0", "zfs"));

        assertThat(updated.id()).isEqualTo(old.id());
        assertThat(updated.version()).isEqualTo("2.0.0");
        assertThat(updated.state()).isEqualTo("ACTIVE");
    }

    @Test
    void anUpdateThatDoesNotResolveBringsTheDistributionsBack() throws Exception {
        Path jar = folder.resolve("zfs.jar");
        Files.copy(TestFramework.driverJar("org.acme.zfs", "1.0.0", "zfs"), jar);
        framework.context().installBundle("reference:file:" + jar).start();

        assertThatThrownBy(() -> bundles.update("zfs", broken("org.acme.zfs", "2.0.0")))
                .hasMessageStartingWith(
                        "cannot update driver bundle org.acme.zfs (the distribution's is back): Unable to resolve")
                .extracting(FrameworkBundlesTest::kind)
                .isEqualTo(FeluccaException.Kind.SYSTEM);
        assertThat(bundles.list()).extracting(DriverBundle::version).containsExactly("1.0.0");
        assertThat(bundles.list()).extracting(DriverBundle::state).containsExactly("ACTIVE");
    }

    @Test
    void updateWithAnotherBundleIsInvalid() throws Exception {
        install("org.acme.zfs", "1.0.0", "zfs");

        assertThatThrownBy(() -> bundles.update("zfs", TestFramework.driverJar("org.acme.other", "2.0.0", "zfs")))
                .hasMessage("cannot update org.acme.zfs from a jar that is org.acme.other: use felucca driver install"
                        + " for another bundle")
                .extracting(FrameworkBundlesTest::kind)
                .isEqualTo(FeluccaException.Kind.INVALID);
        assertThat(bundles.list()).extracting(DriverBundle::version).containsExactly("1.0.0");
    }

    @Test
    void aStoppedBundleIsStillFoundByItsDriversName() throws Exception {
        install("org.acme.zfs", "1.0.0", "zfs");

        DriverBundle stopped = bundles.stop("storage/zfs");
        assertThat(stopped.state()).isEqualTo("RESOLVED");
        assertThat(stopped.drivers()).isEmpty();
        assertThat(bundles.list()).hasSize(1);

        assertThat(bundles.start("zfs").drivers()).containsExactly("storage/zfs");
    }

    @Test
    void uninstallTakesItAway() throws Exception {
        install("org.acme.zfs", "1.0.0", "zfs");

        bundles.uninstall("org.acme.zfs");

        assertThat(bundles.list()).isEmpty();
        assertThatThrownBy(() -> bundles.stop("zfs"))
                .hasMessage("cannot stop driver zfs: no such driver or bundle (see felucca driver ls)")
                .extracting(FrameworkBundlesTest::kind)
                .isEqualTo(FeluccaException.Kind.NOT_FOUND);
    }

    @Test
    void theCoreIsRefused() throws Exception {
        for (String core : List.of("io.felucca.api", "io.felucca.linux", "io.felucca.linux.native")) {
            assertThatThrownBy(() -> bundles.update(core, TestFramework.driverJar(core, "9.0.0", "x")))
                    .hasMessageStartingWith("cannot update " + core + ": it is no driver")
                    .extracting(FrameworkBundlesTest::kind)
                    .isEqualTo(FeluccaException.Kind.FORBIDDEN);
            assertThatThrownBy(() -> install(core, "9.0.0", "x"))
                    .extracting(FrameworkBundlesTest::kind)
                    .isEqualTo(FeluccaException.Kind.FORBIDDEN);
        }
    }

    @Test
    void aBundleWithoutDriversIsForbidden() {
        assertThatThrownBy(() -> bundles.stop("0"))
                .extracting(FrameworkBundlesTest::kind)
                .isEqualTo(FeluccaException.Kind.FORBIDDEN);
    }
}
