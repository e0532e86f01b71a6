package io.felucca.registry.transfer;

import io.felucca.FeluccaException;
import io.felucca.images.ImageContent.Blob;
import io.felucca.registry.http.Answer;
import io.felucca.registry.http.RegistryFailure;
import io.felucca.registry.http.RepositoryClient;
import io.felucca.registry.http.Retries;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * Sends one blob (OCI distribution-spec 1.1, "Pushing blobs"): in one request; in chunks where the registry, or a proxy
 * before it, refuses a request so large; after a cut on from the byte that the registry names, else from the beginning. It
 * fails after some attempts in a row that brought no byte. One thread.
 */
final class Upload {

    static final long CHUNK_BYTES = 16 << 20;

    private static final ContentType BYTES = ContentType.APPLICATION_OCTET_STREAM;
    private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");
    private static final int TOO_LARGE = 413;

    /** A server that ends so many connections in a row without a word may do so since a request is too large. */
    private static final int SILENT_REFUSALS = 3;

    /** What a registry answers that cannot go on with an upload. */
    private static final Set<Integer> LOST = Set.of(400, 404, 416);

    private final RepositoryClient repository;
    private final Blob blob;
    private final Supplier<SentBlob> open;
    private final long usualChunkBytes;
    private final Retries.Pause pause;
    private SentBlob content;
    private URI place;
    /** Bytes that the registry has. */
    private long offset;
    /** The most that a request holds; 0 for no limit. */
    private long chunkBytes;

    private long leastChunkBytes;
    private boolean beganAnew;

    /**
     * @param open the blob from its beginning; closed here
     * @param pause waits before another attempt
     */
    Upload(RepositoryClient repository, Blob blob, Supplier<SentBlob> open, long usualChunkBytes, Retries.Pause pause) {
        this.pause = pause;
        this.repository = repository;
        this.blob = blob;
        this.open = open;
        this.usualChunkBytes = usualChunkBytes;
    }

    void run() throws IOException {
        try {
            int failures = 0;
            long had = offset;
            while (!attempt(failures)) {
                locate();
                failures = offset > had ? 1 : failures + 1;
                had = offset;
            }
        } finally {
            closeContent();
        }
    }

    /** @return false when the registry may take it at another attempt, before which was waited */
    private boolean attempt(int failures) throws IOException {
        String retryAfter = "";
        try {
            send();
            return true;
        } catch (RegistryFailure e) {
            if (e.status() == TOO_LARGE && chunkBytes == 0) {
                chunkBytes = Math.max(leastChunkBytes, usualChunkBytes);
                beginAnew();
                return false;
            }
            if (offset > 0 && LOST.contains(e.status()) && !beganAnew) {
                beganAnew = true;
                beginAnew();
                return false;
            }
            if (failures + 1 >= Retries.MAX_ATTEMPTS || !Retries.mayPass(e.status())) {
                throw e;
            }
            retryAfter = e.retryAfter();
        } catch (IOException e) {
            if (failures + 1 >= Retries.MAX_ATTEMPTS || !repository.mayPass(e)) {
                throw e;
            }
            if (failures + 1 == SILENT_REFUSALS && chunkBytes == 0) {
                chunkBytes = Math.max(leastChunkBytes, usualChunkBytes);
            }
        }
        pause.sleep(Retries.before(failures + 1, retryAfter, Instant.now()));
        return false;
    }

    private void beginAnew() {
        place = null;
        offset = 0;
    }

    private void send() throws IOException {
        if (place == null) {
            begin();
        }
        if (offset == 0 && chunkBytes == 0) {
            finish(() -> next(blob.sizeBytes()));
            return;
        }
        while (offset < blob.sizeBytes()) {
            long left = blob.sizeBytes() - offset;
            sendChunk(chunkBytes == 0 ? left : Math.min(left, chunkBytes));
        }
        finish(Upload::nothing);
    }

    private void begin() throws IOException {
        try (Answer answer = repository
                .send("POST", repository.uri("blobs/uploads/"), Map.of(), Upload::nothing, repository.pushScope())
                .expect(202)) {
            place = RepositoryClient.target(answer.from(), answer.header("Location"));
            String least = answer.header("OCI-Chunk-Min-Length");
            leastChunkBytes = least.matches("[0-9]{1,18}") ? Long.parseLong(least) : 0;
        }
    }

    private void sendChunk(long length) throws IOException {
        Map<String, String> range = Map.of("Content-Range", offset + "-" + (offset + length - 1));
        try (Answer answer = repository
                .send("PATCH", place, range, () -> next(length), repository.pushScope())
                .expect(202, 201, 204)) {
            offset += length;
            follow(answer);
        }
    }

    private void finish(Supplier<HttpEntity> body) throws IOException {
        URI whole = URI.create(place + (place.getRawQuery() == null ? "?" : "&") + "digest="
                + blob.digest().value().replace(":", "%3A"));
        try (Answer answer = repository.send("PUT", whole, Map.of(), body, repository.pushScope())) {
            answer.expect(201, 204);
        }
    }

    private void follow(Answer answer) throws IOException {
        if (!answer.header("Location").isEmpty()) {
            place = RepositoryClient.target(answer.from(), answer.header("Location"));
        }
    }

    /** Asks how much of an upload that was cut the registry has. "0-0" is what some say of nothing, too. */
    private void locate() {
        if (place == null) {
            return;
        }
        try (Answer answer = repository.send("GET", place, Map.of(), null, repository.pushScope())) {
            Matcher range = RANGE.matcher(answer.header("Range"));
            long end = answer.status() == 204 && range.matches() ? Long.parseLong(range.group(1)) : 0;
            if (end > 0 && end < blob.sizeBytes()) {
                follow(answer);
                offset = end + 1;
                return;
            }
        } catch (IOException e) {
            // The upload is begun anew, and says what is wrong.
        }
        beginAnew();
    }

    private static HttpEntity nothing() {
        return new ByteArrayEntity(new byte[0], BYTES);
    }

    /** The next bytes, from what the registry has on: all before them is hashed as well. */
    private HttpEntity next(long length) {
        try {
            if (content == null || content.position() != offset) {
                closeContent();
                content = open.get();
                content.skipNBytes(offset);
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot read blob " + blob.digest() + ": " + e.getMessage(), e);
        }
        return new NextBytes(content, length, BYTES);
    }

    private void closeContent() throws IOException {
        if (content != null) {
            content.close();
            content = null;
        }
    }
}
