package io.felucca.networks;

import java.util.Map;

/**
 * What is asked for at {@code network create}.
 *
 * @param driver a network driver's name, empty for bridge
 * @param options the driver's, as {@code -o} gives them
 */
public record NetworkSpec(
        String name,
        String driver,
        boolean ipv6,
        Network.Ipam ipam,
        boolean internal,
        boolean attachable,
        Map<String, String> options,
        Map<String, String> labels) {

    public NetworkSpec {
        driver = driver == null || driver.isEmpty() ? "bridge" : driver;
        ipam = ipam == null ? Network.Ipam.DEFAULT : ipam;
        options = options == null ? Map.of() : Map.copyOf(options);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
    }
}
