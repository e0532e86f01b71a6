package io.felucca.engine.events;

import io.felucca.FeluccaException;
import io.felucca.events.Event;
import io.felucca.events.Events;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The last events and those who follow. One short lock gives all events one order, the same for everybody. */
final class EventMemory implements Events {

    private final Clock clock;
    private final Consumer<Event> others;
    private final Deque<Event> last = new ArrayDeque<>(MEMORY);
    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();
    private Instant lastTime = Instant.MIN;

    /** @param others told of each event in order, under the lock: must not block */
    EventMemory(Clock clock, Consumer<Event> others) {
        this.clock = clock;
        this.others = others;
    }

    @Override
    public synchronized void tell(String type, String action, String id, Map<String, String> attributes) {
        Instant now = clock.instant();
        lastTime = now.isAfter(lastTime) ? now : lastTime.plusNanos(1);
        Event event = new Event(type, action, id, attributes, lastTime);
        if (last.size() == MEMORY) {
            last.removeFirst();
        }
        last.addLast(event);
        followers.forEach(follower -> follower.offer(event));
        others.accept(event);
    }

    @Override
    public void follow(Query query, Sink sink) {
        if (query.since() != null && query.until() != null && query.until().isBefore(query.since())) {
            throw FeluccaException.invalid(
                    "`since` time (" + query.since() + ") cannot be after `until` time (" + query.until() + ")");
        }
        boolean past = query.until() != null && query.until().isBefore(clock.instant());
        Follower follower = new Follower(query, clock);
        List<Event> remembered = begin(query, follower, past);
        try {
            for (Event event : remembered) {
                if (!sink.accept(event)) {
                    return;
                }
            }
            if (!past) {
                follower.drainTo(sink);
            }
        } finally {
            followers.remove(follower);
        }
    }

    @Override
    public int followers() {
        return followers.size();
    }

    private synchronized List<Event> begin(Query query, Follower follower, boolean past) {
        List<Event> remembered = new ArrayList<>();
        if (query.since() != null || query.until() != null) {
            for (Event event : last) {
                boolean after = query.since() == null || !event.time().isBefore(query.since());
                if (after && !follower.isOver(event.time()) && follower.wants(event)) {
                    remembered.add(event);
                }
            }
        }
        if (!past) {
            followers.add(follower);
        }
        return remembered;
    }
}
