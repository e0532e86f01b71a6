package io.felucca.storage.devicemapper;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.storage.devicemapper.pool.ThinPool;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
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
    private final Runnable syncRemovals;
    private final Consumer<Layer> discard;
    private final ScheduledThreadPoolExecutor worker;
    private final Set<Deletion> pending = new HashSet<>();

    /**
     * @param syncRemovals has the removal of layers' records on disk, which comes before their devices go
     * @param discard does something to a layer's inactive device before it goes
     */
    Reaper(ThinDevices devices, ThinPool pool, DeviceNumbers numbers, Runnable syncRemovals, Consumer<Layer> discard) {
        this.devices = devices;
        this.pool = pool;
        this.numbers = numbers;
        this.syncRemovals = syncRemovals;
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

    /** Deletes a device soon; the future says when, or that it was given up. */
    CompletableFuture<Void> delete(int device) {
        return add(new Deletion(device, null));
    }

    /** As {@link #delete}, its blocks discarded first; what cannot be discarded is deleted all the same. */
    CompletableFuture<Void> discardAndDelete(Layer layer) {
        return add(new Deletion(layer.device(), layer));
    }

    private CompletableFuture<Void> add(Deletion deletion) {
        synchronized (pending) {
            pending.add(deletion);
        }
        try {
            worker.execute(deletion);
        } catch (RejectedExecutionException e) {
            deletion.giveUp(e);
        }
        return deletion.done;
    }

    /** The deletion of one device, attempted until it succeeds or fails for another reason than that it is busy. */
    private final class Deletion implements Runnable {

        private final int device;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private Layer toDiscard;

        /** @param toDiscard null when nothing is discarded */
        Deletion(int device, Layer toDiscard) {
            this.device = device;
            this.toDiscard = toDiscard;
        }

        @Override
        public void run() {
            try {
                attempt();
            } catch (RuntimeException e) {
                if (!isBusy(e) || !again()) {
                    giveUp(e);
                }
            }
        }

        private void attempt() {
            devices.deactivate(device);
            devices.checkGone(device);
            discardOnce();
            syncRemovals.run();
            pool.delete(device);
            numbers.give(device);
            finished();
            done.complete(null);
        }

        private void discardOnce() {
            Layer layer = toDiscard;
            toDiscard = null;
            if (layer == null) {
                return;
            }
            try {
                discard.accept(layer);
            } catch (RuntimeException e) {
                LOG.warn("the blocks of thin device {} of {} are not discarded", device, pool.name(), e);
            }
        }

        private static boolean isBusy(RuntimeException e) {
            return e instanceof FeluccaException known && known.kind() == Kind.CONFLICT;
        }

        private boolean again() {
            try {
                worker.schedule(this, RETRY_MILLIS, TimeUnit.MILLISECONDS);
                return true;
            } catch (RejectedExecutionException e) {
                return false;
            }
        }

        void giveUp(RuntimeException e) {
            LOG.warn("cannot delete thin device {} of {}, tried again at the next start", device, pool.name(), e);
            finished();
            done.completeExceptionally(e);
        }

        private void finished() {
            synchronized (pending) {
                pending.remove(this);
            }
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
        List<Deletion> left;
        synchronized (pending) {
            left = List.copyOf(pending);
        }
        left.forEach(deletion -> deletion.done.completeExceptionally(FeluccaException.unavailable(
                "the store closes before thin device " + deletion.device + " is deleted")));
    }
}
