package io.felucca.registry.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.ImageContent;
import io.felucca.images.ImageContent.Outgoing;
import io.felucca.images.ImageReference;
import io.felucca.linux.Hashes;
import io.felucca.registry.Registry;
import io.felucca.registry.client.RegistryEndpoints.Endpoint;
import io.felucca.registry.http.Answer;
import io.felucca.registry.http.RegistryFailure;
import io.felucca.registry.http.RepositoryClient;
import io.felucca.registry.http.ResponseJson;
import io.felucca.registry.transfer.Pull;
import io.felucca.registry.transfer.Push;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What the registry bundle does, as plain Java. Thread-safe. */
final class RegistryClient implements Registry {

    private static final int MAX_LIST_BYTES = 4 << 20;
    private static final int MAX_TAGS = 10_000;
    private static final int MAX_SEARCH_LIMIT = 100;
    private static final int MAX_CONFIG_BYTES = 8 << 20;

    private final ImageContent content;
    private final Hashes hashes;
    private final Supplier<Sessions> sessions;
    private final Supplier<Settings> settings;

    /** @param sessions asked for each piece of work: settings change while the engine runs */
    RegistryClient(ImageContent content, Hashes hashes, Supplier<Sessions> sessions, Supplier<Settings> settings) {
        this.content = content;
        this.hashes = hashes;
        this.sessions = sessions;
        this.settings = settings;
    }

    @Override
    public Pulled pull(ImageReference reference, String platform, Credentials credentials, Progress progress) {
        if (reference.path().equals("library/scratch") && reference.domain().equals(ImageReference.DEFAULT_DOMAIN)) {
            throw FeluccaException.forbidden("'scratch' is a reserved name");
        }
        content.requirePlatform(platform);
        Pulled pulled = reading(
                reference,
                credentials,
                progress::isCancelled,
                (connections, repository) ->
                        new Pull(content, connections, repository, progress).run(reference, platform));
        progress.status("", status(pulled.isNew(), reference.familiar()));
        return pulled;
    }

    private static String status(boolean isNew, String name) {
        return "Status: " + (isNew ? "Downloaded newer image for " : "Image is up to date for ") + name;
    }

    @Override
    public void pullAll(ImageReference repository, String platform, Credentials credentials, Progress progress) {
        content.requirePlatform(platform);
        ImageReference untagged = new ImageReference(repository.domain(), repository.path(), "", "");
        List<String> tags =
                reading(untagged, credentials, progress::isCancelled, (connections, client) -> tags(client));
        boolean isNew = false;
        for (String tag : tags) {
            ImageReference reference = repository.withTag(tag);
            isNew |= reading(
                            reference,
                            credentials,
                            progress::isCancelled,
                            (connections, client) ->
                                    new Pull(content, connections, client, progress).run(reference, platform))
                    .isNew();
        }
        progress.status("", status(isNew, repository.familiarRepository()));
    }

    private static List<String> tags(RepositoryClient repository) throws IOException {
        List<String> tags = new ArrayList<>();
        URI uri = repository.uri("tags/list");
        while (uri != null && tags.size() < MAX_TAGS) {
            URI asked = uri;
            uri = repository.retrying(() -> {
                try (Answer answer = repository
                        .send("GET", asked, Map.of(), null, repository.pullScope())
                        .expect(200)) {
                    for (JsonNode tag : ResponseJson.read(answer.bytes(MAX_LIST_BYTES, "the answer of " + asked))
                            .path("tags")) {
                        tags.add(tag.asText());
                    }
                    return next(answer);
                }
            });
        }
        return tags;
    }

    /** RFC 5988: {@code <url>; rel="next"}. */
    private static URI next(Answer answer) throws IOException {
        String link = answer.header("Link");
        int end = link.indexOf('>');
        return link.startsWith("<") && link.contains("rel=\"next\"")
                ? RepositoryClient.target(answer.from(), link.substring(1, end))
                : null;
    }

    @Override
    public Pushed push(ImageReference reference, Credentials credentials, Progress progress) {
        if (!reference.digest().isEmpty()) {
            throw FeluccaException.invalid("cannot push a digest reference");
        }
        progress.status("", "The push refers to repository [" + reference.repository() + "]");
        return pushOne(reference, credentials, progress);
    }

    @Override
    public void pushAll(ImageReference repository, Credentials credentials, Progress progress) {
        progress.status("", "The push refers to repository [" + repository.repository() + "]");
        List<ImageReference> tags = content.tagsOf(repository);
        if (tags.isEmpty()) {
            throw FeluccaException.notFound("no tags to push for " + repository.familiarRepository());
        }
        tags.forEach(tag -> pushOne(tag, credentials, progress));
    }

    private Pushed pushOne(ImageReference reference, Credentials credentials, Progress progress) {
        try (Outgoing image = content.send(reference)) {
            List<Endpoint> candidates = sessions.get().endpoints().forPush(reference.domain());
            Pushed pushed = sessions.get()
                    .first(
                            candidates,
                            reference.path(),
                            credentials,
                            progress::isCancelled,
                            (connections, repository) ->
                                    new Push(content, hashes, connections, repository, progress).run(image, reference));
            progress.pushed(reference, pushed);
            return pushed;
        } catch (RegistryFailure e) {
            throw e.ofPush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void login(String server, Credentials credentials) {
        String host = server.replaceFirst("^https?://", "").replaceFirst("/.*", "");
        if (host.isEmpty() || host.equals("index.docker.io")) {
            host = ImageReference.DEFAULT_DOMAIN;
        }
        List<Endpoint> candidates = sessions.get().endpoints().forPush(host);
        try {
            sessions.get().first(candidates, "", credentials, () -> false, (connections, repository) -> {
                try (Answer answer = repository.ping()) {
                    if (answer.status() != 200) {
                        throw RegistryFailure.said(new FeluccaException(
                                answer.status() == 401 || answer.status() == 403 ? Kind.FORBIDDEN : Kind.SYSTEM,
                                "login attempt to " + repository.base("/v2/") + " failed with status: "
                                        + answer.status() + " " + answer.reason()));
                    }
                    return null;
                }
            });
        } catch (RegistryFailure e) {
            throw e.plain();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public Inspected inspect(ImageReference reference, boolean insecure, Credentials credentials) {
        Sessions asked = insecure ? sessions.get().trusting(reference.domain()) : sessions.get();
        try {
            List<Endpoint> candidates = asked.endpoints().forPull(reference.domain());
            return asked.first(
                    candidates,
                    reference.path(),
                    credentials,
                    () -> false,
                    (connections, repository) -> inspect(reference, repository));
        } catch (RegistryFailure e) {
            if (e.status() == 404) {
                throw new FeluccaException(Kind.NOT_FOUND, e.getMessage(), e);
            }
            throw e.plain();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static Inspected inspect(ImageReference reference, RepositoryClient repository) throws IOException {
        String name = reference.digest().isEmpty() ? reference.tag() : reference.digest();
        RepositoryClient.Fetched fetched = repository.manifest(name);
        JsonNode json = ResponseJson.read(fetched.document().content());
        List<Platform> platforms = new ArrayList<>();
        for (JsonNode entry : json.path("manifests")) {
            JsonNode platform = entry.path("platform");
            platforms.add(new Platform(
                    platform.path("os").asText(""),
                    platform.path("architecture").asText(""),
                    platform.path("variant").asText("")));
        }
        String config = json.path("config").path("digest").asText("");
        if (platforms.isEmpty() && Digest.matches(config)) {
            platforms.add(Pull.platformOf(repository.blob(new Digest(config), MAX_CONFIG_BYTES)));
        }
        return new Inspected(
                fetched.digest(),
                fetched.document().mediaType(),
                fetched.document().content(),
                List.copyOf(platforms));
    }

    @Override
    public List<Found> search(String term, int limit, Credentials credentials) {
        if (limit < 1 || limit > MAX_SEARCH_LIMIT) {
            throw FeluccaException.invalid("Limit " + limit + " is outside the range of [1, " + MAX_SEARCH_LIMIT + "]");
        }
        return new Search(sessions.get()).run(term, limit, credentials);
    }

    @Override
    public Settings settings() {
        return settings.get();
    }

    private <T> T reading(
            ImageReference reference, Credentials credentials, BooleanSupplier cancelled, Sessions.Work<T> work) {
        try {
            List<Endpoint> candidates = sessions.get().endpoints().forPull(reference.domain());
            return sessions.get().first(candidates, reference.path(), credentials, cancelled, work);
        } catch (RegistryFailure e) {
            throw e.ofPull(reference);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static FeluccaException failed(IOException e) {
        return FeluccaException.system(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
}
