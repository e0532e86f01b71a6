package io.felucca.network.bridge;

import io.felucca.FeluccaException;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.NetworkDriver.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settings of the kernel's network, by /proc/sys of the calling thread's namespace (Documentation/networking/ip-sysctl). */
final class HostSettings {

    private static final Logger LOG = LoggerFactory.getLogger(HostSettings.class);
    private static final Path NET = Path.of("/proc/sys/net");
    private static final String FORWARD4 = "ipv4/ip_forward";
    private static final String FORWARD6 = "ipv6/conf/all/forwarding";

    /** What cannot be had, to be told to the user. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (!is(FORWARD4, "1")) {
            warnings.add("IPv4 forwarding is disabled");
        }
        return warnings;
    }

    /** Turns on forwarding for the families that the segment has. */
    void forward(Segment segment) {
        if (!is(FORWARD4, "1") && !set(FORWARD4, "1")) {
            LOG.warn("IPv4 forwarding is off and cannot be turned on: containers reach nothing beyond this host;"
                    + " set net.ipv4.ip_forward=1");
        }
        boolean ipv6 = segment.gateways().stream().anyMatch(Cidr::isIpv6);
        if (ipv6 && !is(FORWARD6, "1")) {
            keepAdvertisedRoutes();
            if (!set(FORWARD6, "1")) {
                LOG.warn("IPv6 forwarding is off and cannot be turned on; set net.ipv6.conf.all.forwarding=1");
            }
        }
    }

    /** A forwarding host ignores router advertisements unless told otherwise; one that lived by them goes on so. */
    private void keepAdvertisedRoutes() {
        try (var devices = Files.list(NET.resolve("ipv6/conf"))) {
            for (Path device : devices.toList()) {
                String setting = "ipv6/conf/" + device.getFileName() + "/accept_ra";
                if (is(setting, "1")) {
                    set(setting, "2");
                }
            }
        } catch (IOException e) {
            LOG.debug("reading {}: {}", NET.resolve("ipv6/conf"), e.getMessage());
        }
    }

    /** A bridge before it goes up. */
    void prepareBridge(Segment segment, BridgeOptions bridge) {
        boolean ipv6 = segment.gateways().stream().anyMatch(Cidr::isIpv6);
        String device = bridge.name();
        set("ipv6/conf/" + device + "/disable_ipv6", ipv6 ? "0" : "1");
        set("ipv6/conf/" + device + "/accept_ra", "0");
        if (!bridge.talking()) {
            // Isolated ports reach each other, where that is opened, by this host: it answers for them at once.
            require("ipv4/conf/" + device + "/proxy_arp_pvlan", "1");
            require("ipv4/neigh/" + device + "/proxy_delay", "0");
            require("ipv4/conf/" + device + "/send_redirects", "0");
            if (ipv6) {
                require("ipv6/conf/" + device + "/proxy_ndp", "1");
                require("ipv6/neigh/" + device + "/proxy_delay", "0");
            }
        } else if (is("ipv4/conf/" + device + "/proxy_arp_pvlan", "1")) {
            set("ipv4/conf/" + device + "/proxy_arp_pvlan", "0");
        }
    }

    /** Whether frames between ports pass the rules for packets, so that a frame may have to go back to its port. */
    boolean filtersBridgedFrames() {
        return is("bridge/bridge-nf-call-iptables", "1");
    }

    /** An interface in the thread's namespace, before it goes up. */
    void prepareInterface(String name, boolean ipv6) {
        if (ipv6) {
            set("ipv6/conf/" + name + "/disable_ipv6", "0");
            set("ipv6/conf/" + name + "/accept_dad", "0");
            set("ipv6/conf/" + name + "/accept_ra", "0");
            // One that the host sends where it answers for an isolated neighbour would lead to that neighbour itself.
            set("ipv6/conf/" + name + "/accept_redirects", "0");
        } else {
            set("ipv6/conf/" + name + "/disable_ipv6", "1");
        }
    }

    private static boolean is(String setting, String value) {
        try {
            return Files.readString(NET.resolve(setting)).strip().equals(value);
        } catch (IOException absent) {
            return false;
        }
    }

    private static void require(String setting, String value) {
        if (!set(setting, value)) {
            throw FeluccaException.system("cannot set " + NET.resolve(setting) + " to " + value);
        }
    }

    /** False when it cannot be set; a kernel without IPv6 has nothing to be set. */
    private static boolean set(String setting, String value) {
        try {
            Files.writeString(NET.resolve(setting), value);
            return true;
        } catch (IOException e) {
            LOG.debug("setting {} to {}: {}", NET.resolve(setting), value, e.toString());
            return false;
        }
    }
}
