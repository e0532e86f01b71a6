package io.felucca.linux.net;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The setting route_localnet of devices (Linux, Documentation/networking/ip-sysctl.rst). Thread-safe. */
public final class LoopbackRouting {

    private static final Path SETTINGS = Path.of("/proc/sys/net/ipv4/conf");

    private LoopbackRouting() {}

    /**
     * Lets packets of this host's loopback network leave by a device and their answers come back, for as long as the device
     * is there. Whoever calls it has made sure that nobody else's packets for that network are taken from the device.
     *
     * @throws FeluccaException SYSTEM when it cannot be set
     */
    public static void allow(String device) {
        Path setting = SETTINGS.resolve(device).resolve("route_localnet");
        try {
            if (!Files.readString(setting).startsWith("1")) {
                Files.writeString(setting, "1");
            }
        } catch (IOException e) {
            throw FeluccaException.system(
                    "publishing ports on the loopback network: cannot set " + setting + ": " + e.getMessage(), e);
        }
    }
}
