package io.felucca.storage.devicemapper;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the pool back the devices of removed layers, on a thread of its own that ends when there is nothing to do. One
 * that is busy is tried again until it is free; what is not done when the store closes is found at the next open, since
 * no layer has its number.
 */
final class Reaper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);
    private static final long RETRY_MILLIS = 100;

    private final ThinDevices devices;
    private final ThinPool pool;
    private final DeviceNumbers numbers;
    private final Consumer<Layer> discard;
    private final ScheduledThreadPoolExecutor worker;
    private final Map<Integer, CompletableFuture<Void>> pending = new HashMap<>();

    /** @param discard does something to a layer's inactive device before it goes */
    Reaper(ThinDevices devices, ThinPool pool, DeviceNumbers numbers, Consumer<Layer> discard) {
        this.devices = devices;
        this.pool = pool;
        this.numbers = numbers;
        this.discard = discard;
        worker = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "felucca-devicemapper-reaper");
            thread.setDaemon(true);
            return thread;
        });
        worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        worker.setKeepAliveTime(1, TimeUnit.SECONDS);
        worker.allowCoreThreadTimeOut(true);
    }

    /** Deletes a device soon; the future says when. */
    CompletableFuture<Void> delete(int device) {
        return add(device, () -> {});
    }

    /** As {@link #delete}, its blocks discarded first. */
    CompletableFuture<Void> discardAndDelete(Layer layer) {
        return add(layer.device(), () -> discard.accept(layer));
    }

    private CompletableFuture<Void> add(int device, Runnable first) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (pending) {
            pending.put(device, done);
        }
        worker.execute(() -> attempt(device, first, done));
        return done;
    }

    private void attempt(int device, Runnable first, CompletableFuture<Void> done) {
        try {
            devices.deactivate(device);
            first.run();
            pool.delete(device);
            numbers.give(device);
            finished(device);
            done.complete(null);
        } catch (FeluccaException e) {
            if (e.kind() == Kind.CONFLICT && !worker.isShutdown()) {
                LOG.debug("thin device {} of {} is busy: {}", device, pool.name(), e.getMessage());
                worker.schedule(() -> attempt(device, first, done), RETRY_MILLIS, TimeUnit.MILLISECONDS);
                return;
            }
            LOG.warn("cannot delete thin device {} of {}, tried again at the next start", device, pool.name(), e);
            finished(device);
            done.completeExceptionally(e);
        }
    }

    private void finished(int device) {
        synchronized (pending) {
            pending.remove(device);
        }
    }

    /** Devices that wait to be deleted. */
    int pending() {
        synchronized (pending) {
            return pending.size();
        }
    }

    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(ThinDevices.WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("a deletion in {} goes on", pool.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
