package io.felucca.containers.output;

import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig;
import io.felucca.containers.record.LogSettings;
import io.felucca.containers.settings.ContainerDefaults;
import io.felucca.engine.Drivers;
import io.felucca.engine.RequiresDriver;
import io.felucca.log.spi.LogDriver;
import io.felucca.log.spi.LogDriver.Retention;
import java.util.Map;
import java.util.TreeMap;

/** The log driver of a new container, and how much of the log is kept. */
@RequiresDriver(LogDriver.KIND)
public final class LogSelection {

    private final Drivers drivers;
    private final ContainerDefaults defaults;

    public LogSelection(Drivers drivers, ContainerDefaults defaults) {
        this.drivers = drivers;
        this.defaults = defaults;
    }

    /** @throws FeluccaException INVALID, with dockerd's text, for a driver that is not there or an option that it has not */
    public LogSettings of(HostConfig host) {
        String type = host.logConfig().type();
        boolean isDefault = type == null || type.isEmpty();
        String name = isDefault ? defaults.logDriver() : type;
        Map<String, String> options = isDefault ? new TreeMap<>(defaults.logOptions()) : new TreeMap<>();
        if (host.logConfig().config() != null) {
            options.putAll(host.logConfig().config());
        }
        if (name.equals("none")) {
            // No driver, but the absence of one.
            return new LogSettings(name, false, -1, 1, false, true, false);
        }
        Retention retention;
        try (Drivers.Lease<LogDriver> lease = drivers.lease(LogDriver.class, name)) {
            retention = lease.driver().retention(options);
        } catch (FeluccaException e) {
            if (e.kind() == FeluccaException.Kind.NOT_FOUND) {
                throw new FeluccaException(
                        FeluccaException.Kind.INVALID,
                        "error looking up logging plugin " + name + ": plugin \"" + name + "\" not found",
                        e);
            }
            throw e;
        }
        return new LogSettings(
                name,
                retention.readable(),
                retention.maxBytes(),
                retention.maxFiles(),
                retention.forward(),
                retention.hidden(),
                retention.compress());
    }
}
