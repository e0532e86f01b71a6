package io.felucca.containers.spec;

import org.junit.jupiter.api.DisplayName;

@DisplayName("our specs by the runtime that is chosen here")
class ChosenRuntimeSpecTest extends SpecContainersContract {

    @Override
    String runtime() {
        return "";
    }
}
