package io.felucca.containers.spec;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

@Tag("root")
@DisplayName("our specs by the runtime that is chosen here")
class ChosenRuntimeSpecTest extends SpecContainersContract {

    @Override
    String runtime() {
        return "";
    }
}
