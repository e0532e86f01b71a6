package io.felucca.volumes.store;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A turn for each name: who works on one volume waits for nobody who works on another. */
final class Turns {

    private static final class Turn {
        private final ReentrantLock lock = new ReentrantLock();
        /** Guarded by the map. */
        private int waiting;
    }

    private final Map<String, Turn> turns = new HashMap<>();

    <R> R in(String name, Supplier<R> work) {
        Turn turn;
        synchronized (turns) {
            turn = turns.computeIfAbsent(name, key -> new Turn());
            turn.waiting++;
        }
        turn.lock.lock();
        try {
            return work.get();
        } finally {
            turn.lock.unlock();
            synchronized (turns) {
                turn.waiting--;
                if (turn.waiting == 0) {
                    turns.remove(name);
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
