package io.felucca.registry.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.registry.Registry.Credentials;
import io.felucca.registry.Registry.Found;
import io.felucca.registry.client.RegistryEndpoints.Endpoint;
import io.felucca.registry.http.Answer;
import io.felucca.registry.http.GoErrors;
import io.felucca.registry.http.RegistryFailure;
import io.felucca.registry.http.RepositoryClient;
import io.felucca.registry.http.ResponseJson;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The search of version 1 of the registry protocol, which Docker Hub still answers. */
final class Search {

    private static final Endpoint HUB = new Endpoint(URI.create("https://index.docker.io"), false);
    private static final int MAX_BYTES = 4 << 20;

    private final Sessions sessions;

    Search(Sessions sessions) {
        this.sessions = sessions;
    }

    List<Found> run(String term, int limit, Credentials credentials) {
        if (term.startsWith("http://") || term.startsWith("https://")) {
            throw FeluccaException.invalid("Invalid repository name (ex: \"registry.domain.tld/myrepos\")");
        }
        int slash = term.indexOf('/');
        String first = slash < 0 ? "" : term.substring(0, slash);
        boolean named = first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
        String words = named ? term.substring(slash + 1) : term;
        boolean hub = !named || first.equals(ImageReference.DEFAULT_DOMAIN) || first.equals("index.docker.io");
        try {
            if (hub) {
                String local = words.startsWith("library/") ? words.substring("library/".length()) : words;
                return sessions.at(HUB, credentials, (connections, repository) -> search(repository, local, limit));
            }
            return searchAt(first, words, limit, credentials);
        } catch (RegistryFailure e) {
            throw e.plain();
        } catch (IOException e) {
            throw FeluccaException.system(e.getMessage(), e);
        }
    }

    /** Asks as dockerd does: by TLS, then without where the registry may be insecure; any answer to a ping will do. */
    private List<Found> searchAt(String host, String words, int limit, Credentials credentials) throws IOException {
        List<Endpoint> candidates = sessions.endpoints().forPush(host);
        List<String> attempts = new ArrayList<>();
        for (Endpoint endpoint : candidates) {
            URI ping = URI.create(endpoint.base() + "/v1/_ping");
            boolean there = sessions.at(endpoint, credentials, (connections, repository) -> {
                try (Answer answer = repository.reach(ping)) {
                    return true;
                } catch (RegistryFailure e) {
                    throw e;
                } catch (IOException e) {
                    attempts.add(GoErrors.request("GET", ping, e));
                    return false;
                }
            });
            if (there) {
                return sessions.at(
                        endpoint, credentials, (connections, repository) -> search(repository, words, limit));
            }
        }
        URI last = URI.create(candidates.get(candidates.size() - 1).base() + "/v1/");
        throw new IOException(
                attempts.size() > 1
                        ? "invalid registry endpoint \"" + last + "\". HTTPS attempt: " + attempts.get(0)
                                + ". HTTP attempt: " + attempts.get(1)
                        : "invalid registry endpoint " + last + ": " + attempts.get(0)
                                + ". If this private registry supports only HTTP or HTTPS with an unknown CA"
                                + " certificate, please add `--insecure-registry " + host
                                + "` to the daemon's arguments. In the case of HTTPS, if you have access to the"
                                + " registry's CA certificate, no need for the flag; simply place the CA certificate"
                                + " at /etc/docker/certs.d/" + host + "/ca.crt");
    }

    private static List<Found> search(RepositoryClient repository, String words, int limit) throws IOException {
        URI uri = repository.base("/v1/search?q=" + URLEncoder.encode(words, StandardCharsets.UTF_8) + "&n=" + limit);
        try (Answer answer = repository.send("GET", uri, Map.of(), null, "")) {
            if (answer.status() != 200) {
                throw RegistryFailure.said(FeluccaException.system("Unexpected status code " + answer.status()));
            }
            return read(answer.bytes(MAX_BYTES, "the answer of " + uri));
        } catch (RegistryFailure e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(GoErrors.request("GET", uri, e), e);
        }
    }

    private static List<Found> read(byte[] content) throws RegistryFailure {
        JsonNode json;
        try {
            json = ResponseJson.read(content);
        } catch (IOException e) {
            throw RegistryFailure.said(
                    FeluccaException.system("error decoding registry search results: " + e.getMessage(), e));
        }
        List<Found> found = new ArrayList<>();
        for (JsonNode each : json.path("results")) {
            found.add(new Found(
                    each.path("name").asText(""),
                    each.path("description").asText(""),
                    each.path("star_count").asInt(0),
                    each.path("is_official").asBoolean(false),
                    each.path("is_automated").asBoolean(false)));
        }
        return List.copyOf(found);
    }
}
