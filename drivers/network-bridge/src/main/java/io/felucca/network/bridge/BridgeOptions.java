package io.felucca.network.bridge;

import io.felucca.FeluccaException;
import io.felucca.network.spi.NetworkDriver.Segment;
import java.util.Map;
import java.util.Set;

/**
 * What {@code docker network create -o} says of a bridge, with libnetwork 20.10's defaults and messages.
 *
 * @param name of the bridge
 * @param named whether an option named it, so that it may be there before and stays at the end
 * @param talking whether its containers reach each other
 * @param masquerade whether they take the host's address where they reach further
 */
record BridgeOptions(String name, boolean named, boolean talking, boolean masquerade, int mtu) {

    private static final String PREFIX = "com.docker.network.bridge.";
    private static final String NAME = PREFIX + "name";
    private static final String TALKING = PREFIX + "enable_icc";
    private static final String MASQUERADE = PREFIX + "enable_ip_masquerade";
    private static final String MTU = "com.docker.network.driver.mtu";
    /** The core's to act on. */
    private static final Set<String> OF_CORE = Set.of(PREFIX + "default_bridge", PREFIX + "host_binding_ipv4");

    private static final int DEFAULT_MTU = 1500;
    private static final int LONGEST_NAME = 15;
    private static final int ID_DIGITS = 12;

    static BridgeOptions of(Segment segment) {
        Map<String, String> options = segment.options();
        for (String option : options.keySet()) {
            boolean known = Set.of(NAME, TALKING, MASQUERADE).contains(option) || OF_CORE.contains(option);
            if (option.startsWith(PREFIX) && !known) {
                throw FeluccaException.invalid("network driver bridge has no option " + option);
            }
        }
        String given = options.getOrDefault(NAME, "");
        return new BridgeOptions(
                given.isEmpty() ? "br-" + segment.id().substring(0, ID_DIGITS) : name(given),
                !given.isEmpty(),
                flag(options, TALKING),
                flag(options, MASQUERADE),
                mtu(options.get(MTU)));
    }

    private static String name(String name) {
        if (name.length() > LONGEST_NAME || !name.matches("[a-zA-Z0-9_.-]+") || name.matches("\\.+")) {
            throw FeluccaException.invalid("invalid bridge name " + name
                    + ": up to 15 letters, digits, dots, hyphens and underscores name a network device");
        }
        return name;
    }

    /** As Go's strconv.ParseBool. */
    private static boolean flag(Map<String, String> options, String option) {
        String value = options.getOrDefault(option, "true");
        if (Set.of("1", "t", "T", "true", "TRUE", "True").contains(value)) {
            return true;
        } else if (Set.of("0", "f", "F", "false", "FALSE", "False").contains(value)) {
            return false;
        }
        throw FeluccaException.invalid("failed to parse " + option + " value: " + value
                + " (strconv.ParseBool: parsing \"" + value + "\": invalid syntax)");
    }

    private static int mtu(String value) {
        if (value == null || value.isEmpty() || value.equals("0")) {
            return DEFAULT_MTU;
        }
        try {
            int mtu = Integer.parseInt(value);
            if (mtu < 0) {
                throw FeluccaException.invalid("invalid MTU number: " + mtu);
            }
            return mtu;
        } catch (NumberFormatException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID,
                    "failed to parse " + MTU + " value: " + value + " (strconv.Atoi: parsing \"" + value
                            + "\": invalid syntax)",
                    e);
        }
    }
}
