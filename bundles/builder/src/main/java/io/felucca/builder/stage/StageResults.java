package io.felucca.builder.stage;

import io.felucca.FeluccaException;
import io.felucca.builder.files.Cancellation;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * The results of a build's stages and the places that they work in. A stage that waits for another gives its place among those that work
 * to the first one of the Dockerfile that can go on. Stages are begun in the order of the Dockerfile and wait for earlier
 * ones alone, so the first of those that have not ended always goes on. Thread-safe.
 */
public final class StageResults {

    private static final long LOOK_MILLIS = 200;

    private final int places;
    private final int maxBegun;
    private final BooleanSupplier wanted;
    private final Map<Integer, Stage> done = new HashMap<>();
    private final Map<Integer, Integer> passed = new HashMap<>();
    /** By their index: those that wait for a place, and when each can go on. */
    private final SortedMap<Integer, BooleanSupplier> waiting = new TreeMap<>();

    private int begun;
    private int working;
    private Throwable failure;

    /**
     * @param places how many stages work at once
     * @param maxBegun how many have a thread at once, those that wait among them
     * @param wanted false when nobody wants the build any more
     */
    public StageResults(int places, int maxBegun, BooleanSupplier wanted) {
        this.places = places;
        this.maxBegun = maxBegun;
        this.wanted = wanted;
    }

    /** Waits until one more stage may have a thread; false when the build has ended. */
    public synchronized boolean mayBegin(int index) {
        try {
            await(() -> begun < maxBegun);
        } catch (FeluccaException e) {
            fail(e);
        }
        begun++;
        waiting.put(index, () -> true);
        return failure == null;
    }

    /** Waits for a place among the stages that work: stages that began before this one come first. */
    public synchronized void enter(int index) {
        takePlace(index, () -> true);
    }

    private void takePlace(int index, BooleanSupplier condition) {
        waiting.put(index, condition);
        try {
            await(() -> working < places && isFirst(index));
            working++;
        } finally {
            waiting.remove(index);
            notifyAll();
        }
    }

    private boolean isFirst(int index) {
        return waiting.get(index).getAsBoolean()
                && waiting.headMap(index).values().stream().noneMatch(BooleanSupplier::getAsBoolean);
    }

    public synchronized void leave() {
        working--;
        notifyAll();
    }

    /** A stage's thread ends. */
    public synchronized void end() {
        begun--;
        notifyAll();
    }

    public synchronized void pass(int index, int steps) {
        passed.put(index, steps);
        notifyAll();
    }

    public synchronized void finish(int index, Stage stage) {
        done.put(index, stage);
        notifyAll();
    }

    /** Stage {@code me}, which works, waits for an earlier one. */
    public synchronized Stage await(int me, int index) {
        giveWay(me, () -> done.containsKey(index));
        return done.get(index);
    }

    /** Stage {@code me}, which works, waits until an earlier one has passed so many of its steps. */
    public synchronized void awaitSteps(int me, int index, int steps) {
        giveWay(me, () -> passed.getOrDefault(index, 0) >= steps);
    }

    private void giveWay(int me, BooleanSupplier condition) {
        if (condition.getAsBoolean()) {
            return;
        }
        leave();
        try {
            takePlace(me, condition);
        } catch (RuntimeException e) {
            working++;
            throw e;
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
    public synchronized boolean fail(Throwable reason) {
        if (failure != null) {
            return false;
        }
        failure = reason;
        notifyAll();
        return true;
    }

    public synchronized Throwable failure() {
        return failure;
    }

    public boolean isWanted() {
        synchronized (this) {
            if (failure != null) {
                return false;
            }
        }
        return wanted.getAsBoolean();
    }

    /** @throws FeluccaException UNAVAILABLE when another stage has failed, or nobody wants the build any more */
    public void requireWanted() {
        Cancellation.check(this::isWanted);
    }
}
