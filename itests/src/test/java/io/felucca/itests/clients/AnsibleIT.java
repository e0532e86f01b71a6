package io.felucca.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.docker.DockerDaemon;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** B13: Ansible's community.docker, the collection of Debian's {@code ansible}. */
@Timeout(600)
class AnsibleIT {

    @RegisterExtension
    static final EngineUnderTest engine =
            EngineUnderTest.withBusybox("--bridge", "felucca0").startedBy("unshare", "-n");

    @RegisterExtension
    static final DockerDaemon daemon = DockerDaemon.withBusybox();

    private static final Path PLAYBOOK =
            Path.of("src/test/resources/clients/ansible.yml").toAbsolutePath();

    private static final Pattern RECAP =
            Pattern.compile("localhost +: (ok=\\d+ +changed=\\d+ +unreachable=0 +failed=0)");

    @TempDir
    private Path folder;

    /** What the play's last line says. */
    private String played(String host) {
        String out = Program.of("ansible-playbook", "-i", "localhost,", PLAYBOOK.toString())
                .env("DOCKER_HOST", host)
                .env("ANSIBLE_HOME", folder.resolve("home").toString())
                .env("ANSIBLE_LOCAL_TEMP", folder.resolve("local").toString())
                .env("ANSIBLE_REMOTE_TEMP", folder.resolve("remote").toString())
                .env("ANSIBLE_NOCOLOR", "1")
                .env("LC_ALL", "C.UTF-8")
                .run(240)
                .requireOk()
                .out();
        Matcher recap = RECAP.matcher(out);
        assertThat(recap.find()).as(out).isTrue();
        return recap.group(1).replaceAll(" +", " ");
    }

    @Test
    @DisplayName("B13: a playbook makes what it says, and when it is played again nothing changes")
    void B13_playbook() {
        for (String host : List.of(engine.host(), daemon.host())) {
            assertThat(played(host)).isEqualTo("ok=13 changed=5 unreachable=0 failed=0");
            assertThat(played(host)).isEqualTo("ok=13 changed=0 unreachable=0 failed=0");
        }
    }
}
