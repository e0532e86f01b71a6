package io.felucca.runtime.oci;

import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.testkit.runtime.RuntimeDriverContract;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

@Tag("root")
@DisplayName("runc, which works on every machine")
class RuncContractTest extends RuntimeDriverContract {

    @Override
    protected RuntimeDriver driver(Path directory) {
        return OciRuntimeDriverContractTest.driver(
                RuntimePrograms.lookUp("runc").orElseThrow().toString(), directory);
    }
}
