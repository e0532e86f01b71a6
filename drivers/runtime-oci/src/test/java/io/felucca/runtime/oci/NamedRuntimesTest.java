package io.felucca.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamedRuntimesTest {

    private static final Path DIRECTORY = Path.of("/run/x");

    private static List<RuntimeSettings> read(String... configured) {
        return NamedRuntimes.read(configured, "", DIRECTORY);
    }

    @Test
    void theRuntimesOfTheMachineHaveTheirNames() {
        assertThat(read()).extracting(RuntimeSettings::driver).containsExactly("crun", "runc");
        assertThat(read()).extracting(RuntimeSettings::choosing).containsOnly(false);
    }

    @Test
    void aConfiguredRuntimeHasItsProgramAndArguments() {
        assertThat(read("mine=/opt/runsc --debug  --platform=kvm"))
                .contains(
                        new RuntimeSettings("mine", "/opt/runsc", List.of("--debug", "--platform=kvm"), "", DIRECTORY));
    }

    @Test
    void aConfiguredRuntimeGoesBeforeTheOneOfTheMachine() {
        assertThat(read("crun=/opt/crun"))
                .filteredOn(settings -> settings.driver().equals("crun"))
                .containsExactly(new RuntimeSettings("crun", "/opt/crun", List.of(), "", DIRECTORY));
    }

    @Test
    void whatIsWrongWithOneLeavesTheOthers() {
        assertThat(read("noprogram=", "nothing", "=x", "oci=/bin/x", "../up=/bin/x", "good=x"))
                .extracting(RuntimeSettings::driver)
                .containsExactly("crun", "runc", "good");
    }
}
