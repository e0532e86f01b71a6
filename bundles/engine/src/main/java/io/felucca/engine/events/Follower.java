package io.felucca.engine.events;

import io.felucca.FeluccaException;
import io.felucca.events.Event;
import io.felucca.events.Events;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One who follows: what has come and was not given yet. */
final class Follower {

    private static final long ASK_MILLIS = 250;

    private final BlockingQueue<Event> queue = new LinkedBlockingQueue<>(Events.BACKLOG);
    private final EventFilter filter;
    private final Instant until;
    private final Clock clock;
    private volatile boolean lost;

    Follower(Events.Query query, Clock clock) {
        this.filter = new EventFilter(query.filters());
        this.until = query.until();
        this.clock = clock;
    }

    boolean wants(Event event) {
        return filter.matches(event);
    }

    boolean isOver(Instant time) {
        return until != null && time.isAfter(until);
    }

    /** Never waits. After the first event that finds no room no other is taken, so that what was given has no gap. */
    void offer(Event event) {
        if (!lost && wants(event) && !queue.offer(event)) {
            lost = true;
        }
    }

    void drainTo(Events.Sink sink) {
        try {
            while (true) {
                Event event = queue.poll(waitMillis(), TimeUnit.MILLISECONDS);
                if (event == null) {
                    if (lost) {
                        throw FeluccaException.unavailable("events were lost: whoever follows is more than "
                                + Events.BACKLOG + " events behind; follow again from the last one that was seen");
                    }
                    if (isOver(clock.instant()) || !sink.wantsMore()) {
                        return;
                    }
                } else if (isOver(event.time()) || !sink.accept(event)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long waitMillis() {
        if (until == null) {
            return ASK_MILLIS;
        }
        long left = java.time.Duration.between(clock.instant(), until).toMillis() + 1;
        return Math.max(1, Math.min(ASK_MILLIS, left));
    }
}
