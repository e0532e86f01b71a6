package io.felucca.volumes.store;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A lock for each name: work on one volume never waits for work on another. */
final class KeyedLock {

    private static final class Lock {
        private final ReentrantLock lock = new ReentrantLock();
        /** Guarded by the map. */
        private int waiting;
    }

    private final Map<String, Lock> locks = new HashMap<>();

    <R> R in(String name, Supplier<R> work) {
        Lock held;
        synchronized (locks) {
            held = locks.computeIfAbsent(name, key -> new Lock());
            held.waiting++;
        }
        held.lock.lock();
        try {
            return work.get();
        } finally {
            held.lock.unlock();
            synchronized (locks) {
                held.waiting--;
                if (held.waiting == 0) {
                    locks.remove(name);
                }
            }
        }
    }

    void in(String name, Runnable work) {
        in(name, () -> {
            work.run();
            return null;
        });
    }
}
