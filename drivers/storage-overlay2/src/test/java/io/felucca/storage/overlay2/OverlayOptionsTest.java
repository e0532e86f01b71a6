package io.felucca.storage.overlay2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverlayOptionsTest {

    @TempDir
    private Path parameters;

    @Test
    void whatTheKernelKnowsIsSwitchedOff() throws IOException {
        for (String word : List.of("redirect_dir", "metacopy", "index", "xino_auto")) {
            Files.createFile(parameters.resolve(word));
        }
        assertThat(new OverlayOptions(parameters)
                        .writable(List.of("/l/B", "/l/A"), Path.of("/u"), Path.of("/w"))
                        .options())
                .containsExactly(
                        "lowerdir=/l/B:/l/A",
                        "upperdir=/u",
                        "workdir=/w",
                        "redirect_dir=off",
                        "metacopy=off",
                        "index=off");
    }

    @Test
    void anOldKernelIsGivenNoWordThatItDoesNotKnow() throws IOException {
        OverlayOptions options = new OverlayOptions(parameters);
        assertThat(options.readOnly(List.of("/l/B", "/l/A")).options()).containsExactly("ro", "lowerdir=/l/B:/l/A");
        Files.createFile(parameters.resolve("redirect_dir"));
        assertThat(options.readOnly(List.of("/l/B", "/l/A")).options())
                .as("the module was loaded by the first mount")
                .containsExactly("ro", "lowerdir=/l/B:/l/A", "redirect_dir=off");
    }
}
