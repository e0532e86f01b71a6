package io.felucca.log.json.file;

import io.felucca.log.spi.LogDriver;
import io.felucca.testkit.log.LogDriverContract;

class JsonFileLogDriverContractTest extends LogDriverContract {
    @Override
    protected LogDriver driver() {
        return new JsonFileLogDriver("20m", 5);
    }
}
