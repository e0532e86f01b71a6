package io.felucca.embedding.service;

import io.felucca.FeluccaException;
import io.felucca.builder.Builder;
import io.felucca.containers.Containers;
import io.felucca.images.Images;
import io.felucca.registry.Registry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * The façades and threads that the API stands on.
 *
 * @param registry null while its bundle is away, as {@code builder}
 */
record EmbeddingContext(
        Containers containers,
        Images images,
        Supplier<Registry> registry,
        Supplier<Builder> builder,
        ExecutorService threads) {

    <T> CompletableFuture<T> async(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, threads);
    }

    /** @throws FeluccaException as the future fails; UNAVAILABLE when the caller is interrupted */
    static <T> T await(Future<T> future, String what) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw FeluccaException.unavailable("interrupted while waiting for " + what);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof CompletionException wrapped ? wrapped.getCause() : e.getCause();
            if (cause instanceof FeluccaException failure) {
                throw failure;
            }
            throw FeluccaException.system(what + ": " + cause, cause);
        }
    }
}
