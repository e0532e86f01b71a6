package io.felucca.log.json.file;

import io.felucca.engine.Driver;
import io.felucca.log.spi.LogDriver;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Docker's default log driver: the log stays on this machine and {@code logs} reads it. The monitor's spool is that log,
 * so nothing is written twice. Unlike Docker's it is bounded when nothing is said.
 */
@Component(immediate = true, configurationPid = "io.felucca.log.json.file")
@Driver(kind = LogDriver.KIND, name = "json-file")
@Designate(ocd = JsonFileLogDriver.Config.class)
public final class JsonFileLogDriver implements LogDriver {

    @ObjectClassDefinition(name = "Log driver json-file", description = "Bounds of logs for which none were asked")
    public @interface Config {

        @AttributeDefinition(description = "size at which a log is rotated, as 20m; -1 for never")
        String max_size() default "20m";

        @AttributeDefinition(description = "how many files of a log are kept")
        int max_file() default 5;
    }

    private final JsonFileOptions options;

    @Activate
    public JsonFileLogDriver(Config config) {
        this(config.max_size(), config.max_file());
    }

    JsonFileLogDriver(String maxSize, int maxFiles) {
        options = new JsonFileOptions(maxSize, maxFiles);
    }

    @Override
    public Retention retention(Map<String, String> given) {
        return options.read(given);
    }
}
