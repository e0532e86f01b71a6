package io.felucca.itests.uml;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.engine.Program;
import io.felucca.itests.engine.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sizes of containers under Linux 6.1, which has project quotas on xfs and ext4. Needs user-mode-linux, xfsprogs. */
@Timeout(1200)
class StorageSizeIT {

    @Test
    @DisplayName("B2: --storage-opt size=: the filesystem keeps the limit, with overlay2 and vfs, on xfs and on ext4")
    void B2_sizesAreKeptByTheFilesystem() {
        List<String> words = new ArrayList<>(List.of(
                Path.of("uml/boot.sh").toAbsolutePath().toString(),
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dfelucca.rootfs=/tmp/rootfs",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                NamedTests.class.getName(),
                StorageSize.class.getName()));
        for (Class<?> contract : List.of(QuotaContract.Overlay2.class, QuotaContract.Vfs.class)) {
            words.add(contract.getName() + "#aLimitedLayerIsFullAtItsLimitAndOthersGoOn");
            words.add(contract.getName() + "#aLimitedLayerIsALayer");
        }
        Result result = new Program(words).run(1180);
        assertThat(result.exit()).as(result.out() + result.err()).isZero();
        assertThat(result.out()).contains("0 tests failed", "0 tests skipped");
    }
}
