package io.felucca.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;

class DistributionBundlesTest {

    @TempDir
    Path folder;

    private Path bundles;

    @BeforeEach
    void fill() throws Exception {
        bundles = folder.resolve("bundles");
        TestFelix.jar(bundles.resolve("1/a.jar"), "a", "1.0.0");
        TestFelix.jar(bundles.resolve("3/c.jar"), "c", "1.0.0");
        TestFelix.jar(bundles.resolve("on-demand/d.jar"), "d", "1.0.0");
    }

    private Framework start() throws Exception {
        Framework framework = TestFelix.framework(folder.resolve("cache"));
        framework.init();
        new DistributionBundles(bundles, folder.resolve("stamps")).install(framework.getBundleContext());
        framework.start();
        return framework;
    }

    private static Bundle find(Framework framework, String symbolicName) {
        for (Bundle bundle : framework.getBundleContext().getBundles()) {
            if (symbolicName.equals(bundle.getSymbolicName())) {
                return bundle;
            }
        }
        throw new AssertionError("no bundle " + symbolicName);
    }

    @Test
    void aFoldersNameIsTheStartLevelOfItsBundles() throws Exception {
        Framework framework = start();

        assertThat(new DistributionBundles(bundles, folder.resolve("stamps")).levels())
                .isEqualTo(3);
        assertThat(find(framework, "a").getState()).isEqualTo(Bundle.ACTIVE);
        Bundle c = find(framework, "c");
        assertThat(c.adapt(BundleStartLevel.class).getStartLevel()).isEqualTo(3);
        assertThat(c.adapt(BundleStartLevel.class).isPersistentlyStarted()).isTrue();
        assertThat(c.getState()).as("the framework is at level 1").isNotEqualTo(Bundle.ACTIVE);
        assertThat(find(framework, "d").adapt(BundleStartLevel.class).isPersistentlyStarted())
                .as("on demand")
                .isFalse();
        TestFelix.stop(framework);
    }

    @Test
    void theNextStartTakesWhatChangedCameAndWent() throws Exception {
        TestFelix.stop(start());
        TestFelix.jar(bundles.resolve("1/a.jar"), "a", "2.0.0");
        TestFelix.jar(bundles.resolve("1/b.jar"), "b", "1.0.0");
        Files.delete(bundles.resolve("3/c.jar"));

        Framework framework = start();

        assertThat(TestFelix.bundles(framework)).isEqualTo(Map.of("a", "2.0.0", "b", "1.0.0", "d", "1.0.0"));
        TestFelix.stop(framework);
    }

    @Test
    void whatUsersInstalledOrUpdatedStays() throws Exception {
        Framework framework = start();
        Path mine = folder.resolve("mine.jar");
        TestFelix.jar(mine, "mine", "1.0.0");
        TestFelix.jar(folder.resolve("newer.jar"), "a", "9.0.0");
        try (InputStream in = Files.newInputStream(mine)) {
            framework.getBundleContext().installBundle("felucca:mine", in);
        }
        try (InputStream in = Files.newInputStream(folder.resolve("newer.jar"))) {
            find(framework, "a").update(in);
        }
        TestFelix.stop(framework);

        framework = start();

        assertThat(TestFelix.bundles(framework)).containsEntry("mine", "1.0.0").containsEntry("a", "9.0.0");
        TestFelix.stop(framework);
    }

    @Test
    void aBundleThatAKilledLauncherHadNotBegunIsBegunByTheNext() throws Exception {
        Framework framework = TestFelix.framework(folder.resolve("cache"));
        framework.init();
        framework.getBundleContext().installBundle("reference:file:" + bundles.resolve("1/a.jar"));
        TestFelix.stop(framework);

        framework = start();

        assertThat(find(framework, "a").getState()).isEqualTo(Bundle.ACTIVE);
        TestFelix.stop(framework);
    }

    @Test
    void whatABrokenCacheLostIsInstalledAndBegunAgain() throws Exception {
        TestFelix.stop(start());
        try (var infos = Files.walk(folder.resolve("cache"))) {
            for (Path info : infos.filter(f -> f.endsWith("bundle.info")).toList()) {
                Files.writeString(info, "junk");
            }
        }

        Framework framework = start();

        assertThat(TestFelix.bundles(framework).keySet()).containsExactly("a", "c", "d");
        assertThat(find(framework, "a").getState()).isEqualTo(Bundle.ACTIVE);
        TestFelix.stop(framework);
    }

    @Test
    void aDriverThatWasStoppedStaysStopped() throws Exception {
        Framework framework = start();
        find(framework, "a").stop();
        TestFelix.stop(framework);

        framework = start();

        assertThat(find(framework, "a").getState()).isNotEqualTo(Bundle.ACTIVE);
        TestFelix.stop(framework);
    }
}
