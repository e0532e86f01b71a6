package io.felucca.storage.layers;

import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Tells of drivers that have come: wakes who waits for one, and has done, on a thread of its own, what waited. */
final class DriverArrivals implements AutoCloseable {

    private final CopyOnWriteArrayList<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final ThreadPoolExecutor worker;

    DriverArrivals() {
        worker = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "felucca-storage-arrivals");
            thread.setDaemon(true);
            return thread;
        });
        worker.allowCoreThreadTimeOut(true);
        // A driver that comes while the engine ends is nobody's any more.
        worker.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    void onArrival(Consumer<String> listener) {
        listeners.add(listener);
    }

    void arrived(String driver) {
        synchronized (this) {
            notifyAll();
        }
        worker.execute(() -> listeners.forEach(listener -> listener.accept(driver)));
    }

    /** Waits for something that an arrival brings about; whether it is so. */
    boolean await(BooleanSupplier condition, long timeoutMillis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        synchronized (this) {
            while (!condition.getAsBoolean()) {
                long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (millis <= 0) {
                    return false;
                }
                try {
                    // The tracker of leases may see a driver a little later than we do: ask again meanwhile.
                    wait(Math.min(millis, 50));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return true;
        }
    }

    @Override
    public void close() {
        worker.shutdown();
    }
}
