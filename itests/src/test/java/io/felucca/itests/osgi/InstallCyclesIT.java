package io.felucca.itests.osgi;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code felucca.cycles} says how often, {@code felucca.seed} in which orders: see {@link InstallCycles}. */
class InstallCyclesIT {

    private static final int CYCLES = Integer.getInteger("felucca.cycles", 10);
    private static final long SEED = Long.getLong("felucca.seed", 16);

    @TempDir
    Path folder;

    @Test
    @DisplayName("B5 Cycles of install and uninstall leave classes, threads, descriptors and mappings as they were")
    void cyclesLeaveNothing() {
        Program.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx256m",
                        "-XX:SoftRefLRUPolicyMSPerMB=0",
                        "-Dfelucca.home=" + EngineUnderTest.home(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        InstallCycles.class.getName(),
                        folder.toString(),
                        Integer.toString(CYCLES),
                        Long.toString(SEED))
                .run(180 + 10L * CYCLES)
                .requireOk();
    }
}
