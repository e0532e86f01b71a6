package io.felucca.log.local;

import io.felucca.engine.Driver;
import io.felucca.log.spi.LogDriver;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/** Logs that stay on this machine and are always bounded: the monitor's spool, read by {@code logs}. */
@Component(immediate = true)
@Driver(kind = LogDriver.KIND, name = "local")
public final class LocalLogDriver implements LogDriver {

    @Override
    public Retention retention(Map<String, String> given) {
        return LocalLogOptions.read(given);
    }
}
