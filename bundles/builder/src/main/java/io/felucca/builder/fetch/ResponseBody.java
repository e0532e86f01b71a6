package io.felucca.builder.fetch;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** Takes the body of an answer, as far as it goes into a stream within a bound; a failure ends the connection. */
final class ResponseBody implements BodySubscriber<Void> {

    private final OutputStream out;
    private final long maxBytes;
    private final FeluccaException tooLong;
    private final Runnable arrived;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private Subscription subscription;
    private long total;

    /**
     * @param tooLong thrown for a longer body; null to cut it
     * @param arrived told of each piece
     */
    ResponseBody(OutputStream out, long maxBytes, FeluccaException tooLong, Runnable arrived) {
        this.out = out;
        this.maxBytes = maxBytes;
        this.tooLong = tooLong;
        this.arrived = arrived;
    }

    @Override
    public CompletionStage<Void> getBody() {
        return done;
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        if (done.isDone()) {
            return;
        }
        try {
            arrived.run();
            for (ByteBuffer piece : pieces) {
                write(piece);
            }
            subscription.request(1);
        } catch (IOException | RuntimeException e) {
            end(e);
        }
    }

    private void write(ByteBuffer piece) throws IOException {
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        long room = maxBytes - total;
        if (bytes.length > room && tooLong != null) {
            throw tooLong;
        }
        out.write(bytes, 0, (int) Math.min(room, bytes.length));
        total += bytes.length;
        if (total > maxBytes) {
            end(null);
        }
    }

    private void end(Throwable failure) {
        if (failure == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(failure);
        }
        subscription.cancel();
    }

    @Override
    public void onError(Throwable failure) {
        done.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        done.complete(null);
    }
}
