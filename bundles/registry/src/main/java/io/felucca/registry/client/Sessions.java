package io.felucca.registry.client;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.registry.Registry.Credentials;
import io.felucca.registry.client.RegistryEndpoints.Endpoint;
import io.felucca.registry.http.Answer;
import io.felucca.registry.http.Connections;
import io.felucca.registry.http.GoErrors;
import io.felucca.registry.http.InsecureHosts;
import io.felucca.registry.http.ProxyRules;
import io.felucca.registry.http.RegistryFailure;
import io.felucca.registry.http.RepositoryClient;
import io.felucca.registry.http.Retries;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens repositories at the first endpoint that answers. Immutable; replaced when the settings change. */
public final class Sessions {

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final RegistryEndpoints endpoints;
    private final Connections.Settings settings;

    public Sessions(
            List<String> mirrors, List<String> insecure, List<Path> certificates, ProxyRules proxies, int silence) {
        this(new RegistryEndpoints(mirrors, new InsecureHosts(insecure)), certificates, proxies, silence);
    }

    private Sessions(RegistryEndpoints endpoints, List<Path> certificates, ProxyRules proxies, int silence) {
        this.endpoints = endpoints;
        settings = new Connections.Settings(endpoints.insecure(), certificates, proxies, silence);
    }

    /** The same settings, but this registry may be insecure. */
    Sessions trusting(String domain) {
        return new Sessions(
                endpoints.trusting(domain), settings.certificates(), settings.proxies(), settings.silenceMillis());
    }

    RegistryEndpoints endpoints() {
        return endpoints;
    }

    /** Something to do with a repository. @param connections ended with the work, or before it by aborting them */
    public interface Work<T> {
        T run(Connections connections, RepositoryClient repository) throws IOException;
    }

    /**
     * Does it at the first endpoint that answers. A mirror that fails in any way is passed over. A registry that may be
     * insecure is asked without TLS only if it answered nothing by TLS.
     *
     * @param cancelled asked on another thread whether the work has become useless; an interrupt says so, too
     * @throws IOException of the last endpoint that was tried
     * @throws FeluccaException UNAVAILABLE when the work was cancelled
     */
    public <T> T first(
            List<Endpoint> candidates, String path, Credentials credentials, BooleanSupplier cancelled, Work<T> work)
            throws IOException {
        for (int i = 0; ; i++) {
            Endpoint endpoint = candidates.get(i);
            boolean last = i == candidates.size() - 1;
            // The password of the registry is not a mirror's.
            Credentials shown = endpoint.mirror() ? Credentials.NONE : credentials;
            try (Connections connections = new Connections(settings);
                    CancelWatch watch = new CancelWatch(cancelled, connections::abort)) {
                RepositoryClient repository = new RepositoryClient(
                        connections, endpoint.base(), path, shown, Retries.unless(connections::isAborted));
                try {
                    if (isThere(repository, endpoint, last)) {
                        return work.run(connections, repository);
                    }
                } catch (IOException | FeluccaException e) {
                    if (watch.hasCancelled()) {
                        throw new FeluccaException(Kind.UNAVAILABLE, "context canceled", e);
                    }
                    if (last || !endpoint.mirror()) {
                        throw e;
                    }
                    LOG.info("the mirror {} is passed over: {}", endpoint.base(), e.getMessage());
                }
            }
        }
    }

    /** Does it at one endpoint, without a look whether somebody answers there. */
    <T> T at(Endpoint endpoint, Credentials credentials, Work<T> work) throws IOException {
        try (Connections connections = new Connections(settings)) {
            return work.run(
                    connections,
                    new RepositoryClient(
                            connections, endpoint.base(), "", credentials, Retries.unless(connections::isAborted)));
        }
    }

    /** Only whether somebody answers: what the user may do is asked with the work itself. */
    private static boolean isThere(RepositoryClient repository, Endpoint endpoint, boolean last) throws IOException {
        URI uri = URI.create(endpoint.base() + "/v2/");
        try (Answer answer = repository.reach(uri)) {
            return true;
        } catch (RegistryFailure e) {
            throw e;
        } catch (IOException e) {
            if (last || endpoint.mirror()) {
                throw new IOException(GoErrors.request("GET", uri, e), e);
            }
            return false;
        }
    }
}
