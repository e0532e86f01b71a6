package io.felucca.registry.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.registry.Registry.Credentials;
import io.felucca.registry.Registry.Found;
import io.felucca.registry.client.Endpoints.Endpoint;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The search of version 1 of the registry protocol, which Docker Hub still answers. */
final class Search {

    private static final String HUB = "index.docker.io";
    private static final int MAX_BYTES = 4 << 20;

    private final Sessions sessions;

    Search(Sessions sessions) {
        this.sessions = sessions;
    }

    List<Found> run(String term, int limit, Credentials credentials) {
        String host = HUB;
        String words = term;
        int slash = term.indexOf('/');
        String first = slash < 0 ? "" : term.substring(0, slash);
        if (first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost")) {
            host = first;
            words = term.substring(slash + 1);
        }
        List<Endpoint> candidates = sessions.endpoints().forPush(host);
        String query = "/v1/search?q=" + URLEncoder.encode(words, StandardCharsets.UTF_8) + "&n=" + limit;
        try {
            return sessions.first(candidates, "", credentials, () -> false, (connections, repository) -> {
                URI uri = repository.base(query);
                try (Answer answer = repository.send("GET", uri, Map.of(), null, "")) {
                    if (answer.status() != 200) {
                        throw RegistryFailure.said(
                                FeluccaException.system("Unexpected status code " + answer.status()));
                    }
                    return read(answer.bytes(MAX_BYTES, "the answer of " + uri), limit);
                }
            });
        } catch (RegistryFailure e) {
            throw e.plain();
        } catch (IOException e) {
            throw FeluccaException.system(e.getMessage(), e);
        }
    }

    private static List<Found> read(byte[] content, int limit) throws IOException {
        List<Found> found = new ArrayList<>();
        for (JsonNode each : Json.read(content).path("results")) {
            if (found.size() == limit) {
                break;
            }
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
