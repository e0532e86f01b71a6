package io.felucca.engine.root;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.engine.EngineVersion;
import io.felucca.linux.Host;
import java.util.Hashtable;
import org.junit.jupiter.api.Test;

class BuildVersionTest {

    private static final Host.KernelName KERNEL =
            new Host.KernelName("Linux", "host", "6.1.0-18-amd64", "#1 SMP", "aarch64");

    @Test
    void saysWhatTheManifestAndTheKernelSay() {
        Hashtable<String, String> headers = new Hashtable<>();
        headers.put("Felucca-Version", "1.2.3");
        headers.put("Felucca-Commit", "abc123\n");
        headers.put("Felucca-Build-Time", "2026-11-24T13:00:00+00:00");

        EngineVersion.Version version = new BuildVersion(headers, KERNEL).version();

        assertThat(version.version()).isEqualTo("1.2.3");
        assertThat(version.gitCommit()).isEqualTo("abc123");
        assertThat(version.buildTime()).isEqualTo("2026-11-24T13:00:00+00:00");
        assertThat(version.os()).isEqualTo("linux");
        assertThat(version.arch()).isEqualTo("arm64");
        assertThat(version.kernelVersion()).isEqualTo("6.1.0-18-amd64");
    }

    @Test
    void aBuildOutsideAGitCloneHasAnUnknownCommit() {
        Hashtable<String, String> headers = new Hashtable<>();
        headers.put("Felucca-Commit", "fatal: not a git repository");

        assertThat(new BuildVersion(headers, KERNEL).version().gitCommit()).isEqualTo("unknown");
    }
}
