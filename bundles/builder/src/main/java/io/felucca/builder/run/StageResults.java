package io.felucca.builder.run;

import io.felucca.FeluccaException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What the stages of one build know of each other. A stage that waits for another gives its place among those that work
 * to the next one. Stages are begun in the order of the Dockerfile and wait for earlier ones alone, so the first of those
 * that have not ended always goes on. Thread-safe.
 */
final class StageResults {

    private static final long LOOK_MILLIS = 200;

    private final int places;
    private final int maxBegun;
    private final BooleanSupplier wanted;
    private final Map<Integer, Stage> done = new HashMap<>();
    private final Map<Integer, Integer> passed = new HashMap<>();
    private int begun;
    private int working;
    private Throwable failure;

    /**
     * @param places how many stages work at once
     * @param maxBegun how many have a thread at once, those that wait among them
     * @param wanted false when nobody wants the build any more
     */
    StageResults(int places, int maxBegun, BooleanSupplier wanted) {
        this.places = places;
        this.maxBegun = maxBegun;
        this.wanted = wanted;
    }

    /** Waits until one more stage may have a thread; false when the build has ended. */
    synchronized boolean mayBegin() {
        try {
            await(() -> begun < maxBegun);
        } catch (FeluccaException e) {
            fail(e);
        }
        begun++;
        return failure == null;
    }

    /** Waits for a place among the stages that work. */
    synchronized void enter() {
        await(() -> working < places);
        working++;
    }

    synchronized void leave() {
        working--;
        notifyAll();
    }

    /** A stage's thread ends. */
    synchronized void end() {
        begun--;
        notifyAll();
    }

    synchronized void pass(int index, int steps) {
        passed.put(index, steps);
        notifyAll();
    }

    synchronized void finish(int index, Stage stage) {
        done.put(index, stage);
        notifyAll();
    }

    /** Waits for an earlier stage. */
    synchronized Stage await(int index) {
        giveWay(() -> done.containsKey(index));
        return done.get(index);
    }

    /** Waits until an earlier stage has passed so many of its steps. */
    synchronized void awaitSteps(int index, int steps) {
        giveWay(() -> passed.getOrDefault(index, 0) >= steps);
    }

    private void giveWay(BooleanSupplier condition) {
        if (condition.getAsBoolean()) {
            return;
        }
        working--;
        notifyAll();
        try {
            await(() -> condition.getAsBoolean() && working < places);
        } finally {
            working++;
        }
    }

    private void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            requireWanted();
            try {
                wait(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new FeluccaException(FeluccaException.Kind.UNAVAILABLE, "the build was interrupted", e);
            }
        }
    }

    /** Ends the other stages: the first failure is that of the build. */
    synchronized boolean fail(Throwable reason) {
        if (failure != null) {
            return false;
        }
        failure = reason;
        notifyAll();
        return true;
    }

    synchronized Throwable failure() {
        return failure;
    }

    boolean isWanted() {
        synchronized (this) {
            if (failure != null) {
                return false;
            }
        }
        return wanted.getAsBoolean();
    }

    /** @throws FeluccaException UNAVAILABLE when another stage has failed, or nobody wants the build any more */
    void requireWanted() {
        if (!isWanted()) {
            throw FeluccaException.unavailable("Build cancelled");
        }
    }
}
