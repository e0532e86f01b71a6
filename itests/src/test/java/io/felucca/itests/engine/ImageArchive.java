package io.felucca.itests.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Makes what {@code docker save} makes, with layers of the test's choice: the archive that {@code load} reads. */
public final class ImageArchive {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final List<byte[]> layers = new ArrayList<>();
    private final ObjectNode config = MAPPER.createObjectNode();
    private String tag = "made:latest";

    public ImageArchive() {
        config.put("architecture", "amd64").put("os", "linux").put("created", "2026-01-02T03:04:05Z");
        config.putObject("config").putArray("Cmd").add("sh");
    }

    /** The config's {@code config}, to be changed. */
    public ObjectNode config() {
        return (ObjectNode) config.get("config");
    }

    public ImageArchive tag(String reference) {
        tag = reference;
        return this;
    }

    /** Adds a layer, lowest first. */
    public ImageArchive layer(Path tar) {
        try {
            layers.add(Files.readAllBytes(tar));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The digest of each layer as it is in inspect's RootFS. */
    public List<String> diffIds() {
        return layers.stream().map(layer -> "sha256:" + sha256(layer)).toList();
    }

    /** Docker's new form: config and layers named by their digests. */
    public Path write(String name) {
        ArrayNode diffIds = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        ArrayNode history = config.putArray("history");
        ArrayNode names = MAPPER.createArrayNode();
        Rootfs archive = Rootfs.create(name);
        for (int i = 0; i < layers.size(); i++) {
            String hex = sha256(layers.get(i));
            diffIds.add("sha256:" + hex);
            history.addObject().put("created", "2026-01-02T03:04:05Z").put("created_by", "step " + i);
            names.add(hex + ".tar");
            archive.file(hex + ".tar", 0644, layers.get(i));
        }
        byte[] json = bytes(config);
        String configName = sha256(json) + ".json";
        archive.file(configName, 0644, json);
        ArrayNode manifest = MAPPER.createArrayNode();
        ObjectNode entry = manifest.addObject().put("Config", configName);
        entry.putArray("RepoTags").add(tag);
        entry.set("Layers", names);
        return archive.file("manifest.json", 0644, bytes(manifest)).done();
    }

    /** An OCI image layout in an archive. */
    public Path writeOci(String name) {
        ArrayNode diffIds = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        Rootfs archive = Rootfs.create(name);
        ObjectNode manifest = MAPPER.createObjectNode()
                .put("schemaVersion", 2)
                .put("mediaType", "application/vnd.oci.image.manifest.v1+json");
        ObjectNode configDescriptor = manifest.putObject("config");
        ArrayNode descriptors = manifest.putArray("layers");
        for (byte[] layer : layers) {
            diffIds.add("sha256:" + sha256(layer));
            descriptor(descriptors.addObject(), "application/vnd.oci.image.layer.v1.tar", layer);
            archive.file("blobs/sha256/" + sha256(layer), 0644, layer);
        }
        byte[] json = bytes(config);
        descriptor(configDescriptor, "application/vnd.oci.image.config.v1+json", json);
        archive.file("blobs/sha256/" + sha256(json), 0644, json);
        byte[] manifestJson = bytes(manifest);
        archive.file("blobs/sha256/" + sha256(manifestJson), 0644, manifestJson);
        ObjectNode index = MAPPER.createObjectNode().put("schemaVersion", 2);
        ObjectNode descriptor = index.putArray("manifests").addObject();
        descriptor(descriptor, "application/vnd.oci.image.manifest.v1+json", manifestJson);
        descriptor.putObject("annotations").put("org.opencontainers.image.ref.name", tag);
        archive.file("index.json", 0644, bytes(index));
        return archive.file("oci-layout", 0644, "{\"imageLayoutVersion\":\"1.0.0\"}")
                .done();
    }

    private static void descriptor(ObjectNode node, String mediaType, byte[] blob) {
        node.put("mediaType", mediaType).put("digest", "sha256:" + sha256(blob)).put("size", blob.length);
    }

    private static byte[] bytes(com.fasterxml.jackson.databind.JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
