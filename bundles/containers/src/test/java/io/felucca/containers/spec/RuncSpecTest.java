package io.felucca.containers.spec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

@Tag("root")
@DisplayName("our specs by runc")
class RuncSpecTest extends SpecContainersContract {

    @Override
    String runtime() {
        return Stream.of("/usr/sbin/runc", "/usr/bin/runc")
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this test needs runc"));
    }
}
