package io.felucca.docker.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.Digest;
import io.felucca.containers.Container;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.Containers;
import io.felucca.containers.NetworkSettings;
import io.felucca.docker.json.container.ContainerJson;
import io.felucca.docker.json.container.CreateJson;
import io.felucca.docker.json.container.ExecJson;
import io.felucca.docker.json.image.ImageJson;
import io.felucca.docker.text.DockerTime;
import io.felucca.images.Image;
import io.felucca.images.ImageConfig;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Sandbox;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What dockerd 20.10.24 wrote, read into the api's records and written again: the same keys in the same order, and the
 * same values where the records have them.
 */
public class CapturedJsonTest {

    private static final Instant NOW = Instant.parse("2026-11-24T13:29:03Z");

    /** Values that the engine has not: networks come later, layers' paths are the driver's. */
    private static final Set<String> NOT_COMPARED =
            Set.of("SandboxID", "SandboxKey", "NetworkID", "EndpointID", "GraphDriver", "LastTagTime", "DockerVersion");

    @ParameterizedTest
    @ValueSource(strings = {"running", "exited", "paused", "created", "full"})
    void inspectReadsAsDockerds(String state) throws IOException {
        JsonNode sample = read("inspect-" + state + ".json");

        same(ContainerJson.inspect(container(sample)), sample, "");
    }

    @Test
    void psReadsAsDockerds() throws IOException {
        for (JsonNode sample : read("ps-size.json")) {
            String name = sample.path("Names").path(0).textValue().substring(1);
            String file = Map.of("cr", "created", "pp", "paused", "ex", "exited", "web", "running")
                    .get(name);
            Container container = container(read("inspect-" + file + ".json"));

            same(
                    ContainerJson.summary(
                            container,
                            container.config().image(),
                            NOW,
                            0L,
                            sample.path("SizeRootFs").longValue()),
                    sample,
                    "");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "image-plain"})
    void imageInspectReadsAsDockerds(String file) throws IOException {
        JsonNode sample = read(file + ".json");

        same(ImageJson.inspect(image(sample), "overlay2", Map.of()), sample, "");
    }

    @Test
    void imagesAndHistoryReadAsDockerds() throws IOException {
        Image image = image(read("image.json"));
        ArrayNode images = (ArrayNode) read("images.json");

        same(ImageJson.summary(image), images.get(0), "");
        same(ImageJson.history(image, List.of(image)), read("history.json"), "");
    }

    @Test
    void anImageWithoutANameIsShownAsNone() throws IOException {
        Image named = image(read("image.json"));
        Image nameless = new Image(
                named.id(),
                List.of(),
                List.of(),
                "",
                "",
                null,
                "",
                "amd64",
                "",
                "linux",
                1,
                List.of(),
                ImageConfig.EMPTY,
                List.of());

        assertThat(ImageJson.summary(nameless).toString())
                .contains("\"RepoDigests\":[\"<none>@<none>\"]", "\"RepoTags\":[\"<none>:<none>\"]")
                .contains("\"Created\":-62135596800");
    }

    @Test
    void execReadsAsDockerds() throws IOException {
        JsonNode sample = read("exec.json");
        Containers.Exec exec = new Containers.Exec(
                sample.path("ID").textValue(),
                sample.path("ContainerID").textValue(),
                new Containers.ExecSpec(List.of("true"), false, true, false, false, "", "", List.of(), false),
                false,
                null,
                0);

        same(ExecJson.inspect(exec), sample, "");
    }

    public static JsonNode read(String file) throws IOException {
        try (InputStream in = CapturedJsonTest.class.getResourceAsStream("/dockerd-20.10.24/" + file)) {
            return DockerJson.mapper().readTree(in);
        }
    }

    private static void same(JsonNode ours, JsonNode theirs, String path) {
        if (ours.isObject() && theirs.isObject()) {
            List<String> names = new ArrayList<>();
            ours.fieldNames().forEachRemaining(names::add);
            List<String> expected = new ArrayList<>();
            theirs.fieldNames().forEachRemaining(expected::add);
            assertThat(names).as("keys of " + path).isEqualTo(expected);
            for (String name : names) {
                if (!NOT_COMPARED.contains(name)) {
                    same(ours.get(name), theirs.get(name), path + "." + name);
                }
            }
        } else if (ours.isArray() && theirs.isArray()) {
            assertThat(ours).as(path).hasSize(theirs.size());
            for (int i = 0; i < ours.size(); i++) {
                same(ours.get(i), theirs.get(i), path + "[" + i + "]");
            }
        } else {
            assertThat(ours.toString()).as(path).isEqualTo(theirs.toString());
        }
    }

    /** Config and HostConfig pass through the reader of create's body: it must lose nothing. */
    static Container container(JsonNode sample) {
        ObjectNode body = sample.path("Config").deepCopy();
        body.set("HostConfig", sample.path("HostConfig"));
        ContainerSpec spec = CreateJson.read(body, sample.path("Name").textValue(), "linux/amd64");
        JsonNode state = sample.path("State");
        return new Container(
                sample.path("Id").textValue(),
                Instant.parse(sample.path("Created").textValue()),
                spec.name(),
                sample.path("Path").textValue(),
                texts(sample.path("Args")),
                new Container.State(
                        Container.Status.valueOf(
                                state.path("Status").textValue().toUpperCase(java.util.Locale.ROOT)),
                        state.path("OOMKilled").booleanValue(),
                        state.path("Pid").intValue(),
                        state.path("ExitCode").intValue(),
                        state.path("Error").textValue(),
                        time(state.path("StartedAt")),
                        time(state.path("FinishedAt"))),
                new Digest(sample.path("Image").textValue()),
                sample.path("ResolvConfPath").textValue(),
                sample.path("HostnamePath").textValue(),
                sample.path("HostsPath").textValue(),
                sample.path("LogPath").textValue(),
                sample.path("RestartCount").intValue(),
                sample.path("Driver").textValue(),
                Map.of(),
                spec.platform(),
                sample.path("AppArmorProfile").textValue(),
                texts(sample.path("ExecIDs")),
                spec.config(),
                spec.hostConfig(),
                List.of(),
                networks(sample));
    }

    private static NetworkSettings networks(JsonNode sample) {
        Map<String, EndpointSpec> wanted = new java.util.TreeMap<>();
        sample.path("NetworkSettings")
                .path("Networks")
                .fieldNames()
                .forEachRemaining(name -> wanted.put(name, EndpointSpec.NONE));
        return new NetworkSettings(Sandbox.NONE, "", wanted, Map.of(), List.of());
    }

    private static Image image(JsonNode sample) {
        JsonNode config = sample.path("Config");
        Map<String, String> labels = config.path("Labels").isObject()
                ? Map.of("x", config.path("Labels").path("x").textValue())
                : Map.of();
        String comment = sample.path("Comment").textValue();
        Instant created = Instant.parse(sample.path("Created").textValue());
        return new Image(
                new Digest(sample.path("Id").textValue()),
                texts(sample.path("RepoTags")),
                List.of(),
                "",
                comment,
                created,
                "",
                "amd64",
                "",
                "linux",
                sample.path("Size").longValue(),
                texts(sample.path("RootFS").path("Layers")).stream()
                        .map(Digest::new)
                        .toList(),
                new ImageConfig(
                        "",
                        Set.of(),
                        texts(config.path("Env")),
                        null,
                        config.path("Cmd").isArray() ? texts(config.path("Cmd")) : null,
                        Set.of(),
                        "",
                        labels,
                        "",
                        List.of(),
                        null,
                        null),
                List.of(new Image.History(
                        created, "", "", comment, false, sample.path("Size").longValue())));
    }

    private static Instant time(JsonNode node) {
        return node.textValue().equals(DockerTime.ZERO) ? null : Instant.parse(node.textValue());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.textValue()));
        return texts;
    }
}
