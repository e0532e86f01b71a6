package io.felucca.registry.http;

import io.felucca.FeluccaException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Proxies as the environment names them, by the rules of Go's httpproxy. Loopback is never asked through one. */
public final class ProxyRules {

    private final Map<String, String> environment;

    public ProxyRules(Map<String, String> environment) {
        this.environment = environment;
    }

    /** @param scheme {@code http} or {@code https} of what is asked for */
    Optional<URI> proxyFor(String scheme, String host, int port) {
        String value = value(scheme.equals("https") ? "HTTPS_PROXY" : "HTTP_PROXY");
        if (value.isEmpty() || isLoopback(host) || isExcluded(host.toLowerCase(Locale.ROOT), port)) {
            return Optional.empty();
        }
        try {
            URI proxy = new URI(value.contains("://") ? value : "http://" + value);
            return proxy.getHost() == null ? Optional.empty() : Optional.of(proxy);
        } catch (URISyntaxException e) {
            throw new FeluccaException(FeluccaException.Kind.SYSTEM, "invalid proxy address in the environment", e);
        }
    }

    private String value(String name) {
        String upper = environment.getOrDefault(name, "");
        return upper.isEmpty() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "") : upper;
    }

    private static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return host.matches("[0-9.]+|.*:.*") && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private boolean isExcluded(String host, int port) {
        for (String each : value("NO_PROXY").split(",")) {
            String rule = each.trim().toLowerCase(Locale.ROOT);
            if (!rule.isEmpty() && fits(rule, host, port)) {
                return true;
            }
        }
        return false;
    }

    private static boolean fits(String rule, String host, int port) {
        if (rule.equals("*")) {
            return true;
        }
        if (rule.indexOf('/') > 0 && host.matches("[0-9.]+|.*:.*")) {
            return new InsecureHosts(List.of(rule)).contain(host);
        }
        String name = rule;
        int colon = rule.lastIndexOf(':');
        if (colon > 0 && rule.indexOf(':') == colon) {
            if (!rule.substring(colon + 1).equals(Integer.toString(port))) {
                return false;
            }
            name = rule.substring(0, colon);
        }
        if (name.startsWith("*.")) {
            name = name.substring(1);
        }
        return name.startsWith(".") ? host.endsWith(name) : host.equals(name) || host.endsWith("." + name);
    }
}
