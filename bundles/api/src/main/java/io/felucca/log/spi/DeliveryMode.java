package io.felucca.log.spi;

import io.felucca.ByteSize;
import io.felucca.FeluccaException;
import java.util.Map;
import java.util.Set;

/**
 * The {@code --log-opt} pairs that Docker takes for every log driver (docs.docker.com, "Configure the delivery mode of log
 * messages"). The monitor's spool makes both modes the same here: a container never waits for a log driver.
 */
public final class DeliveryMode {

    /** Names of the pairs. */
    public static final Set<String> NAMES = Set.of("mode", "max-buffer-size");

    private DeliveryMode() {}

    /** @throws FeluccaException INVALID, in the words of dockerd 20.10, for a mode or a size that is none */
    public static void check(Map<String, String> options) {
        String mode = options.getOrDefault("mode", "");
        if (!Set.of("", "blocking", "non-blocking").contains(mode)) {
            throw FeluccaException.invalid("logger: logging mode not supported: " + mode);
        }
        String buffer = options.get("max-buffer-size");
        if (buffer == null) {
            return;
        }
        if (!mode.equals("non-blocking")) {
            throw FeluccaException.invalid("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
        }
        try {
            ByteSize.parse(buffer);
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), "error parsing option max-buffer-size: " + e.getMessage(), e);
        }
    }
}
