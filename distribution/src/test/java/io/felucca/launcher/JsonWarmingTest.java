package io.felucca.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.launch.Framework;

/** Only time depends on it: so it must work, or its gain is lost unseen, and its failure must stop nothing. */
class JsonWarmingTest extends Handler {

    private final List<LogRecord> told = new CopyOnWriteArrayList<>();
    private final Logger log = Logger.getLogger("io.felucca.launcher");
    private Framework framework;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        log.setLevel(Level.FINE);
        log.addHandler(this);
        framework = TestFelix.framework(folder.resolve("cache"));
        framework.start();
    }

    @AfterEach
    void stop() throws Exception {
        log.removeHandler(this);
        log.setLevel(null);
        framework.stop();
        framework.waitForStop(0);
    }

    @Test
    void jacksonReadsAndWritesRecordsInTheFramework() throws Exception {
        BundleContext context = framework.getBundleContext();
        for (String library : List.of("jackson-annotations", "jackson-core", "jackson-databind")) {
            context.installBundle(new File(TestFelix.library(library)).toURI().toString());
        }
        new JsonWarming(context).run();
        assertThat(told).isEmpty();
        assertThat(context.getBundles())
                .filteredOn(bundle -> "com.fasterxml.jackson.core.jackson-databind".equals(bundle.getSymbolicName()))
                .singleElement()
                .satisfies(bundle ->
                        assertThat(bundle.getState()).isGreaterThanOrEqualTo(org.osgi.framework.Bundle.RESOLVED));
    }

    @Test
    void aJacksonThatIsAnotherStopsNothing() throws Exception {
        Path jar = folder.resolve("jars/other.jar");
        TestFelix.jar(jar, "com.fasterxml.jackson.core.jackson-databind", "99.0.0");
        framework.getBundleContext().installBundle(jar.toUri().toString());
        new JsonWarming(framework.getBundleContext()).run();
        assertThat(told).singleElement().satisfies(record -> {
            assertThat(record.getLevel()).isEqualTo(Level.FINE);
            assertThat(record.getThrown()).isInstanceOf(ClassNotFoundException.class);
        });
    }

    @Override
    public void publish(LogRecord record) {
        told.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
