package io.felucca.registry.transfer;

import io.felucca.FeluccaException;
import io.felucca.images.ImageContent.Blob;
import io.felucca.registry.http.Answer;
import io.felucca.registry.http.RegistryFailure;
import io.felucca.registry.http.RepositoryClient;
import io.felucca.registry.http.Retries;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.Map;

/**
 * A blob from a byte on. A connection that breaks, or a server that is busy, is tried again at the byte where it stopped;
 * it fails after some attempts in a row without a byte. One thread.
 */
public final class BlobStream extends InputStream {

    private final RepositoryClient repository;
    private final Blob blob;
    private final Retries.Pause pause;
    private final URI uri;
    private long position;
    private int failures;
    private Answer answer;
    private InputStream body;

    /** @param pause waits before another attempt */
    public BlobStream(RepositoryClient repository, Blob blob, long offset, Retries.Pause pause) throws IOException {
        this.repository = repository;
        this.blob = blob;
        this.pause = pause;
        uri = repository.uri("blobs/" + blob.digest());
        position = offset;
        ensureOpen();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (true) {
            ensureOpen();
            try {
                int count = body.read(into, offset, length);
                if (count > 0) {
                    position += count;
                    failures = 0;
                    return count;
                }
                if (position >= blob.sizeBytes()) {
                    return -1;
                }
                failed(new EOFException("unexpected EOF"), "");
            } catch (RegistryFailure e) {
                throw e;
            } catch (IOException e) {
                failed(e, "");
            }
        }
    }

    private void ensureOpen() throws IOException {
        while (body == null) {
            try {
                open();
            } catch (RegistryFailure e) {
                if (!Retries.mayPass(e.status())) {
                    throw e;
                }
                failed(e, e.retryAfter());
            } catch (IOException e) {
                failed(e, "");
            }
        }
    }

    private void open() throws IOException {
        Map<String, String> headers = position == 0 ? Map.of() : Map.of("Range", "bytes=" + position + "-");
        Answer opened = repository.send("GET", uri, headers, null, repository.pullScope());
        try {
            if (opened.status() == 404) {
                throw RegistryFailure.said(FeluccaException.system(RepositoryClient.UNKNOWN_BLOB));
            }
            opened.expect(200, 206);
            boolean ranged = opened.status() == 206;
            if (ranged && !opened.header("Content-Range").startsWith("bytes " + position + "-")) {
                throw wrong("it sent another range than it was asked for: " + opened.header("Content-Range"));
            }
            long begin = ranged ? position : 0;
            if (opened.length() >= 0 && begin + opened.length() != blob.sizeBytes()) {
                throw wrong(
                        "it is " + (begin + opened.length()) + " bytes long, the manifest says " + blob.sizeBytes());
            }
            InputStream content = opened.body();
            content.skipNBytes(position - begin);
            answer = opened;
            body = content;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private RegistryFailure wrong(String reason) {
        return RegistryFailure.said(FeluccaException.invalid(
                "filesystem layer verification failed for digest " + blob.digest() + ": " + reason));
    }

    private void failed(IOException failure, String retryAfter) throws IOException {
        close();
        failures++;
        if (failures >= Retries.MAX_ATTEMPTS || !repository.mayPass(failure)) {
            throw failure;
        }
        pause.sleep(Retries.before(failures, retryAfter, Instant.now()));
    }

    @Override
    public void close() {
        if (answer != null) {
            answer.close();
            answer = null;
            body = null;
        }
    }
}
