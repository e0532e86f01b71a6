package io.felucca.engine.root;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationNoticeTest {

    @Test
    void theLineNamesThePidAndTheFile() {
        assertThat(ConfigurationNotice.text("/opt/karaf/etc"))
                .isEqualTo("felucca waits for its configuration, PID io.felucca.engine: write the line"
                        + " data.root = /var/lib/felucca to /opt/karaf/etc/io.felucca.engine.cfg");
    }

    @Test
    void withoutAFolderOfFilesItNamesConfigurationAdmin() {
        assertThat(ConfigurationNotice.text(""))
                .isEqualTo("felucca waits for its configuration, PID io.felucca.engine: set data.root and exec.root in"
                        + " ConfigurationAdmin");
    }

    @Test
    void aConfigurationIsKnownByItsPid() {
        assertThat(ConfigurationNotice.isConfigured(Map.of("component.name", "x")))
                .isFalse();
        assertThat(ConfigurationNotice.isConfigured(Map.of("service.pid", "io.felucca.engine")))
                .isTrue();
    }
}
