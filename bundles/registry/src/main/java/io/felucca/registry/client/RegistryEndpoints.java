package io.felucca.registry.client;

import io.felucca.images.ImageReference;
import io.felucca.registry.http.InsecureHosts;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Where a registry's repositories are asked for, in the order of the attempts. Immutable. */
public final class RegistryEndpoints {

    static final String HUB = "https://registry-1.docker.io";

    private final List<String> mirrors;
    private final InsecureHosts insecure;

    RegistryEndpoints(List<String> mirrors, InsecureHosts insecure) {
        this.mirrors = mirrors.stream().map(url -> url.replaceFirst("/+$", "")).toList();
        this.insecure = insecure;
    }

    /** A server. @param base scheme, host, port and perhaps a path, without a slash at its end */
    public record Endpoint(URI base, boolean mirror) {

        String host() {
            return base.getRawAuthority();
        }

        boolean isTls() {
            return "https".equals(base.getScheme());
        }
    }

    InsecureHosts insecure() {
        return insecure;
    }

    RegistryEndpoints trusting(String domain) {
        return new RegistryEndpoints(mirrors, insecure.with(domain));
    }

    /** For reading: mirrors first where the registry has some. */
    List<Endpoint> forPull(String domain) {
        List<Endpoint> found = new ArrayList<>();
        if (domain.equals(ImageReference.DEFAULT_DOMAIN)) {
            mirrors.forEach(url -> found.add(new Endpoint(URI.create(url), true)));
        }
        found.addAll(forPush(domain));
        return found;
    }

    /** For writing: the registry itself; one that may be insecure first by TLS, then without. */
    List<Endpoint> forPush(String domain) {
        if (domain.equals(ImageReference.DEFAULT_DOMAIN)) {
            return List.of(new Endpoint(URI.create(HUB), false));
        }
        Endpoint secure = new Endpoint(URI.create("https://" + domain), false);
        return insecure.contain(domain)
                ? List.of(secure, new Endpoint(URI.create("http://" + domain), false))
                : List.of(secure);
    }
}
