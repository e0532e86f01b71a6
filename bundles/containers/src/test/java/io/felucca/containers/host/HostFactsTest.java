package io.felucca.containers.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFactsTest {

    @TempDir
    Path hierarchy;

    @Test
    @DisplayName("S29 block I/O has weights where BFQ has them, before the first cgroup is made")
    void bfqHasWeights() throws IOException {
        assertThat(HostFacts.hasBlockWeight(hierarchy)).isFalse();

        Files.createFile(hierarchy.resolve("blkio.bfq.io_service_bytes"));

        assertThat(HostFacts.hasBlockWeight(hierarchy)).isTrue();
    }
}
