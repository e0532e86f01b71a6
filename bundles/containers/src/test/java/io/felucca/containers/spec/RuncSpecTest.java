package io.felucca.containers.spec;

import org.junit.jupiter.api.DisplayName;

@DisplayName("our specs by runc")
class RuncSpecTest extends SpecContainersContract {

    @Override
    String runtime() {
        return "/usr/sbin/runc";
    }
}
