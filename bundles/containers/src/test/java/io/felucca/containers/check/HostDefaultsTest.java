package io.felucca.containers.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.containers.HostConfig;
import io.felucca.containers.spec.Specs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostDefaultsTest {

    @Test
    void whatWasNotAskedForIsFilledAsDockerdDoes() {
        HostConfig filled = HostDefaults.fill(
                Specs.host(Map.of("memory", 64L << 20, "capAdd", List.of("net_admin"))), Specs.facts(), "json-file");

        assertThat(filled.logConfig().type()).isEqualTo("json-file");
        assertThat(filled.ipcMode()).isEqualTo("private");
        assertThat(filled.shmSize()).isEqualTo(64L << 20);
        assertThat(filled.maskedPaths()).contains("/proc/kcore", "/sys/firmware");
        assertThat(filled.readonlyPaths()).contains("/proc/sys");
        assertThat(filled.capAdd()).containsExactly("net_admin");
        assertThat(filled.resources().memorySwap()).isEqualTo(128L << 20);
        for (long none : new long[] {0, -1}) {
            assertThat(HostDefaults.fill(Specs.host(Map.of("pidsLimit", none)), Specs.facts(), "json-file")
                            .resources()
                            .pidsLimit())
                    .as("a limit of processes of %s is none", none)
                    .isNull();
        }
    }
}
