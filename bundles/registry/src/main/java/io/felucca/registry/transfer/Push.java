package io.felucca.registry.transfer;

import io.felucca.Digest;
import io.felucca.images.ImageContent;
import io.felucca.images.ImageContent.Blob;
import io.felucca.images.ImageContent.Document;
import io.felucca.images.ImageContent.Outgoing;
import io.felucca.images.ImageReference;
import io.felucca.linux.Hashes;
import io.felucca.registry.Registry.Progress;
import io.felucca.registry.Registry.Pushed;
import io.felucca.registry.http.Answer;
import io.felucca.registry.http.Connections;
import io.felucca.registry.http.Hashing;
import io.felucca.registry.http.RegistryFailure;
import io.felucca.registry.http.RepositoryClient;
import io.felucca.registry.http.Retries;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * Sends one image to a repository, several layers at a time: what the registry has is not sent, what it has elsewhere is
 * mounted.
 */
public final class Push {

    /** As many as dockerd's max-concurrent-uploads. */
    private static final int LAYERS_AT_ONCE = 5;

    private static final ContentType BYTES = ContentType.APPLICATION_OCTET_STREAM;

    private final ImageContent content;
    private final Hashes hashes;
    private final Connections connections;
    private final RepositoryClient repository;
    private final Progress progress;

    public Push(
            ImageContent content,
            Hashes hashes,
            Connections connections,
            RepositoryClient repository,
            Progress progress) {
        this.content = content;
        this.hashes = hashes;
        this.connections = connections;
        this.repository = repository;
        this.progress = progress;
    }

    public Pushed run(Outgoing image, ImageReference reference) throws IOException {
        Map<Blob, String> ids = prepare(image);
        List<Blob> layers = List.copyOf(ids.keySet());
        for (int i = LAYERS_AT_ONCE; i < layers.size(); i++) {
            progress.status(ids.get(layers.get(i)), "Waiting");
        }
        new LayerTransfers("felucca-push", LAYERS_AT_ONCE, connections)
                .run(layers, layer -> send(image, layer, ids.get(layer), reference), layer -> {});
        send(image, image.config(), "", reference);
        byte[] manifest = sendManifest(image.manifest(), reference).content();
        Digest digest = Hashing.digestOf(manifest);
        image.pushed(new ImageReference(reference.domain(), reference.path(), "", digest.value()));
        progress.status("", reference.tag() + ": digest: " + digest + " size: " + manifest.length);
        return new Pushed(digest, manifest.length);
    }

    /** Gives what the registry took: the manifest, or the same image in schema 2 where it refuses an OCI manifest. */
    private Document sendManifest(Document manifest, ImageReference reference) throws IOException {
        try {
            put(manifest, reference);
            return manifest;
        } catch (RegistryFailure e) {
            Optional<Document> schema2 = e.isOfManifestForm() ? Schema2.of(manifest) : Optional.empty();
            if (schema2.isEmpty()) {
                throw e;
            }
            put(schema2.get(), reference);
            return schema2.get();
        }
    }

    private void put(Document manifest, ImageReference reference) throws IOException {
        ContentType type = ContentType.create(manifest.mediaType());
        URI uri = repository.uri("manifests/" + reference.tag());
        repository.retrying(() -> {
            try (Answer answer = repository.send(
                    "PUT",
                    uri,
                    Map.of(),
                    () -> new ByteArrayEntity(manifest.content(), type),
                    repository.pushScope())) {
                return answer.expect(200, 201, 202).status();
            }
        });
    }

    /** The layers, uppermost first and each once, with what is shown for them. */
    private Map<Blob, String> prepare(Outgoing image) {
        List<Blob> layers = image.layers();
        List<Digest> diffIds = image.diffIds();
        Map<Blob, String> ids = new LinkedHashMap<>();
        for (int i = layers.size() - 1; i >= 0; i--) {
            String id = diffIds.get(i).shortHex();
            progress.status(id, "Preparing");
            ids.putIfAbsent(layers.get(i), id);
        }
        return Collections.unmodifiableMap(ids);
    }

    /** @param id shown for a layer; empty for the configuration, which is not shown */
    private void send(Outgoing image, Blob blob, String id, ImageReference reference) throws IOException {
        if (exists(blob)) {
            status(id, "Layer already exists");
            return;
        }
        for (String other : content.repositoriesWith(reference.domain(), blob)) {
            if (!other.equals(reference.path()) && mount(blob, other)) {
                status(id, "Mounted from " + other);
                return;
            }
        }
        Supplier<SentBlob> open = () -> new SentBlob(image.open(blob), blob, hashes.sha256(), count -> {
            if (!id.isEmpty()) {
                progress.bytes(id, "Pushing", count, blob.sizeBytes());
            }
        });
        Retries.Pause pause = repository.pause().telling(text -> status(id, text));
        new Upload(repository, blob, open, Upload.CHUNK_BYTES, pause).run();
        status(id, "Pushed");
    }

    private void status(String id, String text) {
        if (!id.isEmpty()) {
            progress.status(id, text);
        }
    }

    /** False when the registry does not tell, too: an answer to HEAD has no reason, the one to the upload has. */
    private boolean exists(Blob blob) throws IOException {
        URI uri = repository.uri("blobs/" + blob.digest());
        return repository.retrying(() -> {
            try (Answer answer = repository.send("HEAD", uri, Map.of(), null, repository.pushScope())) {
                if (answer.status() >= 500 && Retries.mayPass(answer.status())) {
                    throw answer.failure();
                }
                return answer.status() == 200;
            }
        });
    }

    /** False when the registry does not do it; what it began instead is left to end by itself. */
    private boolean mount(Blob blob, String from) throws IOException {
        URI uri = repository.uri("blobs/uploads/?mount=" + blob.digest() + "&from=" + from);
        String scope = repository.pushScope() + " repository:" + from + ":pull";
        try (Answer answer = repository.send("POST", uri, Map.of(), Push::nothing, scope)) {
            return answer.status() == 201;
        }
    }

    private static HttpEntity nothing() {
        return new ByteArrayEntity(new byte[0], BYTES);
    }
}
