package io.felucca.itests.uml;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.engine.Program;
import io.felucca.itests.engine.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sizes of volumes under Linux 6.1, which has project quotas on xfs and ext4. Needs user-mode-linux, xfsprogs. */
@Timeout(600)
class VolumeQuotaIT {

    @Test
    @DisplayName(
            "volume create -o size=: the filesystem keeps the limit, on xfs and on ext4; without prjquota it is refused")
    void sizesAreKeptByTheFilesystem() {
        Result result = Program.of(
                        Path.of("uml/boot.sh").toAbsolutePath().toString(),
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        NamedTests.class.getName(),
                        VolumeQuota.class.getName())
                .run(590);
        assertThat(result.exit()).as(result.out() + result.err()).isZero();
        assertThat(result.out()).contains("0 tests failed", "0 tests skipped");
    }
}
