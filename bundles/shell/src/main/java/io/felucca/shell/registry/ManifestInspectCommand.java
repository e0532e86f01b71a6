package io.felucca.shell.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.registry.Registry;
import io.felucca.registry.Registry.Credentials;
import io.felucca.registry.Registry.Inspected;
import io.felucca.registry.Registry.Platform;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.text.IndentedJson;
import io.felucca.shell.user.ClientSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code manifest inspect}: what a registry has under a name, without fetching the image. */
@picocli.CommandLine.Command(
        customSynopsis = "[OPTIONS] MANIFEST",
        description = "Display an image manifest, or manifest list")
final class ManifestInspectCommand implements Command {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String TAB = "\t";
    private static final String BLANKS = "   ";

    @Option(names = "--insecure", arity = "1", description = "Allow communication with an insecure registry")
    boolean insecure;

    @Option(
            names = {"-v", "--verbose"},
            arity = "1",
            description = "Output additional info including layers and platform")
    boolean verbose;

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    private final Registry registry;

    ManifestInspectCommand(Registry registry) {
        this.registry = registry;
    }

    @Override
    public Arguments arguments() {
        return Arguments.exactly(1);
    }

    @Override
    public int run(ClientSession user) throws IOException {
        ImageReference reference = TransferCommand.parse(words.get(0));
        Credentials credentials = RegistryLogins.of(reference, user);
        List<String> text = new ArrayList<>();
        TransferCommand.untilGone(user, () -> text.add(shown(reference, credentials)));
        user.out().print(text.get(0) + "\n");
        return 0;
    }

    private String shown(ImageReference reference, Credentials credentials) {
        Inspected found = inspect(reference, credentials);
        JsonNode json = read(found);
        JsonNode entries = json.path("manifests");
        if (!entries.isArray()) {
            JsonNode shown = verbose ? described(reference, found, json, platform(found)) : json;
            return IndentedJson.of(shown, TAB);
        }
        if (!verbose) {
            return IndentedJson.of(list(found, json), BLANKS);
        }
        ArrayNode all = MAPPER.createArrayNode();
        for (JsonNode entry : entries) {
            ImageReference one = new ImageReference(
                    reference.domain(),
                    reference.path(),
                    reference.tag(),
                    entry.path("digest").asText(""));
            Inspected manifest = inspect(one, credentials);
            all.add(described(one, manifest, read(manifest), platform(entry.path("platform"))));
        }
        return IndentedJson.of(all, TAB);
    }

    private Inspected inspect(ImageReference reference, Credentials credentials) {
        try {
            return registry.inspect(reference, insecure, credentials);
        } catch (FeluccaException e) {
            if (e.kind() == FeluccaException.Kind.NOT_FOUND) {
                throw new CommandFailure(1, "no such manifest: " + reference, e);
            }
            throw e;
        }
    }

    private static JsonNode read(Inspected found) {
        try {
            return MAPPER.readTree(found.content());
        } catch (JsonProcessingException e) {
            throw FeluccaException.system(
                    "the manifest " + found.digest() + " is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw FeluccaException.system("the manifest " + found.digest() + " is no JSON: " + e.getMessage(), e);
        }
    }

    /** A list with the fields, and in the order, that Docker's command shows. */
    private static ObjectNode list(Inspected found, JsonNode json) {
        ObjectNode list = MAPPER.createObjectNode();
        list.set("schemaVersion", json.path("schemaVersion"));
        list.put("mediaType", found.mediaType());
        ArrayNode manifests = list.putArray("manifests");
        for (JsonNode entry : json.path("manifests")) {
            ObjectNode shown = manifests.addObject();
            shown.set("mediaType", entry.path("mediaType"));
            shown.set("size", entry.path("size"));
            shown.set("digest", entry.path("digest"));
            shown.set("platform", platform(entry.path("platform")));
        }
        return list;
    }

    private static ObjectNode described(
            ImageReference reference, Inspected manifest, JsonNode json, ObjectNode platform) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("Ref", reference.toString());
        ObjectNode descriptor = node.putObject("Descriptor");
        descriptor.put("mediaType", manifest.mediaType());
        descriptor.put("digest", manifest.digest().value());
        descriptor.put("size", manifest.content().length);
        descriptor.set("platform", platform);
        node.put("Raw", Base64.getEncoder().encodeToString(manifest.content()));
        boolean oci = manifest.mediaType().startsWith("application/vnd.oci.");
        node.set(oci ? "OCIManifest" : "SchemaV2Manifest", json);
        return node;
    }

    private static ObjectNode platform(Inspected image) {
        ObjectNode node = MAPPER.createObjectNode();
        for (Platform platform : image.platforms()) {
            node.put("architecture", platform.architecture()).put("os", platform.os());
            if (!platform.variant().isEmpty()) {
                node.put("variant", platform.variant());
            }
        }
        return node;
    }

    private static ObjectNode platform(JsonNode entry) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("architecture", entry.path("architecture").asText(""));
        node.put("os", entry.path("os").asText(""));
        for (String name : List.of("os.version", "os.features", "variant", "features")) {
            if (entry.has(name)) {
                node.set(name, entry.path(name));
            }
        }
        return node;
    }
}
