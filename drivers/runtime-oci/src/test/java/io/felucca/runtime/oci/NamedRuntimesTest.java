package io.felucca.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamedRuntimesTest {

    private static final Path DIRECTORY = Path.of("/run/x");

    private static List<Settings> read(String... configured) {
        return NamedRuntimes.read(configured, "", DIRECTORY);
    }

    @Test
    void theRuntimesOfTheMachineHaveTheirNames() {
        assertThat(read()).extracting(Settings::driver).containsExactly("crun", "runc");
        assertThat(read()).extracting(Settings::choosing).containsOnly(false);
    }

    @Test
    void aConfiguredRuntimeHasItsProgramAndArguments() {
        assertThat(read("mine=/opt/runsc --debug  --platform=kvm"))
                .contains(new Settings("mine", "/opt/runsc", List.of("--debug", "--platform=kvm"), "", DIRECTORY));
    }

    @Test
    void aConfiguredRuntimeGoesBeforeTheOneOfTheMachine() {
        assertThat(read("crun=/opt/crun"))
                .filteredOn(settings -> settings.driver().equals("crun"))
                .containsExactly(new Settings("crun", "/opt/crun", List.of(), "", DIRECTORY));
    }

    @Test
    void whatIsWrongWithOneLeavesTheOthers() {
        assertThat(read("noprogram=", "nothing", "=x", "oci=/bin/x", "../up=/bin/x", "good=x"))
                .extracting(Settings::driver)
                .containsExactly("crun", "runc", "good");
    }
}
