package io.felucca.log.local;

import io.felucca.log.spi.LogDriver;
import io.felucca.testkit.log.LogDriverContract;

class LocalLogDriverContractTest extends LogDriverContract {
    @Override
    protected LogDriver driver() {
        return new LocalLogDriver();
    }
}
