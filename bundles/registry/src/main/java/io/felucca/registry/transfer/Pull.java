package io.felucca.registry.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.ImageContent;
import io.felucca.images.ImageContent.Blob;
import io.felucca.images.ImageContent.Incoming;
import io.felucca.images.ImageReference;
import io.felucca.registry.Registry.Platform;
import io.felucca.registry.Registry.Progress;
import io.felucca.registry.Registry.Pulled;
import io.felucca.registry.http.Connections;
import io.felucca.registry.http.RegistryFailure;
import io.felucca.registry.http.RepositoryClient;
import io.felucca.registry.http.ResponseJson;
import io.felucca.registry.http.Retries;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Fetches one image from a repository: its manifest, its configuration, and its layers, several at a time. */
public final class Pull {

    private static final int LAYERS_AT_ONCE = 3;
    private static final int MAX_INDEX_DEPTH = 3;
    private static final int MAX_CONFIG_BYTES = 8 << 20;
    private static final long REPORT_NANOS = 100_000_000;

    private final ImageContent content;
    private final Connections connections;
    private final RepositoryClient repository;
    private final Progress progress;

    public Pull(ImageContent content, Connections connections, RepositoryClient repository, Progress progress) {
        this.content = content;
        this.connections = connections;
        this.repository = repository;
        this.progress = progress;
    }

    public Pulled run(ImageReference reference, String platform) throws IOException {
        String name = reference.digest().isEmpty() ? reference.tag() : reference.digest();
        RepositoryClient.Fetched top = repository.manifest(name);
        progress.status(reference.digest().isEmpty() ? name : reference.toString(), "Pulling from " + reference.path());
        RepositoryClient.Fetched manifest = manifestFor(top, platform);
        try (Incoming image = content.receive(manifest.document())) {
            if (!isHere(image)) {
                receiveConfig(image);
                receiveLayers(image);
            }
            ImageReference digested = new ImageReference(
                    reference.domain(), reference.path(), "", top.digest().value());
            List<ImageReference> names =
                    reference.digest().isEmpty() ? List.of(reference, digested) : List.of(digested);
            ImageContent.Stored stored = image.store(names);
            progress.status("", "Digest: " + top.digest());
            return new Pulled(stored.image(), top.digest(), stored.isNew());
        }
    }

    private RepositoryClient.Fetched manifestFor(RepositoryClient.Fetched top, String platform) throws IOException {
        RepositoryClient.Fetched found = top;
        for (int depth = 0; ; depth++) {
            Optional<Blob> chosen = content.choose(found.document(), platform);
            if (chosen.isEmpty()) {
                return found;
            }
            if (depth == MAX_INDEX_DEPTH) {
                throw FeluccaException.invalid("the image is an index of indexes, more than " + depth + " deep");
            }
            RepositoryClient.Fetched next =
                    repository.manifest(chosen.get().digest().value());
            if (next.document().content().length != chosen.get().sizeBytes()) {
                throw FeluccaException.invalid("manifest " + next.digest() + " has "
                        + next.document().content().length + " bytes, its index says "
                        + chosen.get().sizeBytes());
            }
            found = next;
        }
    }

    private static boolean isHere(Incoming image) {
        return image.hasConfig() && image.layers().stream().allMatch(image::has);
    }

    private void receiveConfig(Incoming image) throws IOException {
        if (!image.hasConfig()) {
            if (image.config().sizeBytes() > MAX_CONFIG_BYTES) {
                throw FeluccaException.invalid("the image's configuration "
                        + image.config().digest() + " is longer than " + MAX_CONFIG_BYTES + " bytes");
            }
            image.config(configuration(image.config()));
        }
    }

    private byte[] configuration(Blob config) throws IOException {
        try {
            return repository.blob(config.digest(), MAX_CONFIG_BYTES);
        } catch (RegistryFailure e) {
            int attempts = Retries.mayPass(e.status()) ? Retries.MAX_ATTEMPTS : 1;
            throw RegistryFailure.said(FeluccaException.system(
                    "error pulling image configuration: download failed after attempts=" + attempts + ": "
                            + e.getMessage(),
                    e));
        }
    }

    private void receiveLayers(Incoming image) throws IOException {
        List<Blob> missing = new ArrayList<>();
        for (Blob layer : image.layers()) {
            boolean here = image.has(layer);
            progress.status(shortId(layer), here ? "Already exists" : "Pulling fs layer");
            if (!here) {
                missing.add(layer);
            }
        }
        for (int i = LAYERS_AT_ONCE; i < missing.size(); i++) {
            progress.status(shortId(missing.get(i)), "Waiting");
        }
        new LayerTransfers("felucca-pull", LAYERS_AT_ONCE, connections)
                .run(missing, layer -> receive(image, layer), this::complete);
    }

    private void receive(Incoming image, Blob layer) throws IOException {
        String id = shortId(layer);
        long[] told = {System.nanoTime() - REPORT_NANOS};
        LongConsumer received = count -> {
            long now = System.nanoTime();
            if (now - told[0] >= REPORT_NANOS) {
                told[0] = now;
                progress.bytes(id, "Downloading", count, layer.sizeBytes());
            }
        };
        Retries.Pause pause = repository.pause().telling(text -> progress.status(id, text));
        image.fetch(layer, offset -> new BlobStream(repository, layer, offset, pause), received);
        progress.status(id, "Verifying Checksum");
        progress.status(id, "Download complete");
    }

    /** Unpacking keeps pace with the download: when its turn to be told comes, it is done. */
    private void complete(Blob layer) {
        progress.bytes(shortId(layer), "Extracting", layer.sizeBytes(), layer.sizeBytes());
        progress.status(shortId(layer), "Pull complete");
    }

    /** The platform that a configuration says, as {@code os/architecture/variant}. */
    public static Platform platformOf(byte[] config) throws IOException {
        JsonNode json = ResponseJson.read(config);
        return new Platform(
                json.path("os").asText(""),
                json.path("architecture").asText(""),
                json.path("variant").asText(""));
    }

    static String shortId(Blob blob) {
        return blob.digest().shortHex();
    }

    static String shortId(Digest digest) {
        return digest.shortHex();
    }
}
