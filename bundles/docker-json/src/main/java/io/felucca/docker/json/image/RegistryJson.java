package io.felucca.docker.json.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.docker.json.DockerJson;
import io.felucca.images.ImageReference;
import io.felucca.registry.Registry;
import io.felucca.registry.Registry.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What Docker's API says of registries. */
public final class RegistryJson {

    private static final String DOCKER_HUB = "https://index.docker.io/v1/";

    private RegistryJson() {}

    /** @param server the registry's host, or Docker Hub's address, or empty */
    public record Login(String server, Credentials credentials) {}

    /** The header {@code X-Registry-Auth}; one that cannot be read counts as none, as dockerd does. */
    public static Credentials credentials(String header) {
        if (header.isEmpty()) {
            return Credentials.NONE;
        }
        try {
            byte[] json = Base64.getDecoder().decode(header.replace('-', '+').replace('_', '/'));
            return credentials(DockerJson.mapper().readTree(json));
        } catch (IllegalArgumentException | IOException e) {
            return Credentials.NONE;
        }
    }

    /**
     * The header {@code X-Registry-Config} of a build: logins by the registry's host or address. One that cannot be read
     * counts as none, as dockerd does.
     */
    public static Function<ImageReference, Credentials> logins(String header) {
        JsonNode servers = header.isEmpty() ? DockerJson.object() : decoded(header);
        return reference -> {
            boolean hub = reference.domain().equals(ImageReference.DEFAULT_DOMAIN);
            for (Map.Entry<String, JsonNode> server : servers.properties()) {
                String host = server.getKey().replaceFirst("^https?://", "").replaceFirst("/.*$", "");
                if (hub ? server.getKey().equals(DOCKER_HUB) : host.equals(reference.domain())) {
                    return credentials(server.getValue());
                }
            }
            return Credentials.NONE;
        };
    }

    private static JsonNode decoded(String header) {
        try {
            return DockerJson.mapper()
                    .readTree(
                            Base64.getDecoder().decode(header.replace('-', '+').replace('_', '/')));
        } catch (IllegalArgumentException | IOException e) {
            return DockerJson.object();
        }
    }

    /** The body of {@code /auth}. */
    public static Login login(JsonNode body) {
        return new Login(body.path("serveraddress").asText(""), credentials(body));
    }

    private static Credentials credentials(JsonNode json) {
        String user = json.path("username").asText("");
        String password = json.path("password").asText("");
        String auth = json.path("auth").asText("");
        if (user.isEmpty() && !auth.isEmpty()) {
            String text = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            if (colon > 0) {
                user = text.substring(0, colon);
                password = text.substring(colon + 1);
            }
        }
        return new Credentials(
                user,
                password,
                json.path("identitytoken").asText(""),
                json.path("registrytoken").asText(""));
    }

    /** The answer of {@code /distribution/NAME/json}. */
    public static ObjectNode inspected(Registry.Inspected image) {
        ObjectNode node = DockerJson.object();
        node.putObject("Descriptor")
                .put("mediaType", image.mediaType())
                .put("digest", image.digest().value())
                .put("size", image.content().length);
        ArrayNode platforms = node.putArray("Platforms");
        for (Registry.Platform platform : image.platforms()) {
            ObjectNode each = platforms
                    .addObject()
                    .put("architecture", platform.architecture())
                    .put("os", platform.os());
            if (!platform.variant().isEmpty()) {
                each.put("variant", platform.variant());
            }
        }
        return node;
    }

    /** The answer of a search. */
    public static ArrayNode found(List<Registry.Found> found) {
        ArrayNode answer = DockerJson.mapper().createArrayNode();
        for (Registry.Found each : found) {
            answer.addObject()
                    .put("star_count", each.stars())
                    .put("is_official", each.official())
                    .put("name", each.name())
                    .put("is_automated", each.automated())
                    .put("description", each.description());
        }
        return answer;
    }
}
