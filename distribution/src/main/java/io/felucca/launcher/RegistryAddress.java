package io.felucca.launcher;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What may be given as a mirror or as an insecure registry, and what is wrong in dockerd's words. */
final class RegistryAddress {

    private static final String LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    private static final Pattern HOST = Pattern.compile(
            "(" + LABEL + "(?:\\." + LABEL + ")*|\\[[0-9a-fA-F:]+]|[0-9a-fA-F:]*:[0-9a-fA-F:]*)(?::([0-9]+))?");
    private static final Pattern NETWORK_4 = Pattern.compile("([0-9]{1,3})(?:\\.([0-9]{1,3})){3}/([0-9]{1,2})");
    private static final Pattern NETWORK_6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*/([0-9]{1,3})");
    private static final int MAX_PORT = 65_535;

    private RegistryAddress() {}

    /** @throws LaunchException for what is no address of a mirror */
    static void checkMirror(String mirror) {
        URI uri;
        try {
            uri = new URI(mirror);
        } catch (URISyntaxException e) {
            throw new LaunchException("invalid mirror: \"" + mirror + "\" is not a valid URI");
        }
        if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
            throw new LaunchException("invalid mirror: unsupported scheme \""
                    + (uri.getScheme() == null ? "" : uri.getScheme()) + "\" in \"" + mirror + "\"");
        }
        if (uri.getHost() == null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || uri.getUserInfo() != null) {
            throw new LaunchException("invalid mirror: path, query, or fragment at end of the URI \"" + mirror + "\"");
        }
    }

    /** @throws LaunchException for what is neither a host, perhaps with a port, nor a network */
    static void checkInsecure(String given) {
        String address = given.replaceFirst("^(?i)https?://", "");
        if (address.contains("://")) {
            throw new LaunchException("insecure registry " + address + " should not contain '://'");
        }
        if (isNetwork(address)) {
            return;
        }
        Matcher host = HOST.matcher(address);
        if (!host.matches()) {
            throw new LaunchException(
                    "insecure registry " + address + " is not valid: invalid host \"" + address + "\"");
        }
        String port = host.group(2);
        if (port != null && (port.length() > 5 || Integer.parseInt(port) > MAX_PORT)) {
            throw new LaunchException("insecure registry " + address + " is not valid: invalid port \"" + port + "\"");
        }
    }

    private static boolean isNetwork(String address) {
        Matcher four = NETWORK_4.matcher(address);
        if (four.matches()) {
            int slash = address.indexOf('/');
            for (String part : address.substring(0, slash).split("\\.")) {
                if (Integer.parseInt(part) > 255) {
                    return false;
                }
            }
            return Integer.parseInt(address.substring(slash + 1)) <= 32;
        }
        Matcher six = NETWORK_6.matcher(address);
        return six.matches() && Integer.parseInt(six.group(1)) <= 128;
    }
}
