package io.felucca.registry.http;

import io.felucca.FeluccaException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Registries that may be spoken to without verified TLS: named hosts, and addresses in networks. Loopback always is. */
public final class InsecureHosts {

    private record Network(byte[] address, int bits) {

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                if ((address[bit >> 3] & mask) != (other[bit >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<String> names = new ArrayList<>();
    private final List<Network> networks = new ArrayList<>();

    public InsecureHosts(List<String> given) {
        networks.add(new Network(new byte[] {127, 0, 0, 0}, 8));
        for (String each : given) {
            int slash = each.indexOf('/');
            if (slash > 0 && each.substring(slash + 1).matches("[0-9]{1,3}")) {
                networks.add(network(each.substring(0, slash), Integer.parseInt(each.substring(slash + 1))));
            } else {
                names.add(each);
            }
        }
    }

    private InsecureHosts(InsecureHosts others, String name) {
        names.addAll(others.names);
        names.add(name);
        networks.addAll(others.networks);
    }

    /** @param name a host, perhaps with a port */
    public InsecureHosts with(String name) {
        return new InsecureHosts(this, name);
    }

    /** @throws FeluccaException INVALID for what is no network */
    private static Network network(String address, int bits) {
        try {
            if (!address.matches("[0-9.]+|[0-9a-fA-F:]+")) {
                throw FeluccaException.invalid("insecure registry " + address + "/" + bits + " is no network");
            }
            byte[] bytes = InetAddress.getByName(address).getAddress();
            if (bits > bytes.length * 8) {
                throw FeluccaException.invalid("insecure registry " + address + "/" + bits + " is no network");
            }
            return new Network(bytes, bits);
        } catch (UnknownHostException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID, "insecure registry " + address + "/" + bits + " is no network", e);
        }
    }

    /** @param domain host, perhaps with a port; looked up when no name fits */
    public boolean contain(String domain) {
        String host = hostOf(domain);
        if (names.contains(domain) || names.contains(host)) {
            return true;
        }
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                byte[] bytes = address.getAddress();
                if (networks.stream().anyMatch(network -> network.contains(bytes))) {
                    return true;
                }
            }
        } catch (UnknownHostException e) {
            // The connection will fail for the same reason, and say so.
        }
        return false;
    }

    static String hostOf(String domain) {
        if (domain.startsWith("[")) {
            return domain.substring(1, domain.indexOf(']'));
        }
        int colon = domain.lastIndexOf(':');
        return colon < 0 ? domain : domain.substring(0, colon);
    }
}
