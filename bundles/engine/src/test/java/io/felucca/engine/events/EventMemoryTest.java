package io.felucca.engine.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.events.Event;
import io.felucca.events.Events;
import io.felucca.events.Events.Query;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EventMemoryTest {

    private final List<Event> posted = new CopyOnWriteArrayList<>();
    private final EventMemory memory = new EventMemory(Clock.systemUTC(), posted::add);

    private void tell(String action) {
        memory.tell("image", action, "sha256:ab", Map.of("name", "busybox:1"));
    }

    private List<Event> remembered(Query query) {
        List<Event> events = new ArrayList<>();
        memory.follow(query, events::add);
        return events;
    }

    private List<String> actions(Map<String, List<String>> filters) {
        Query query = new Query(Instant.EPOCH, posted.get(posted.size() - 1).time(), filters);
        return remembered(query).stream().map(Event::action).toList();
    }

    @Test
    void theLast256EventsAreRememberedInTheirOrder() {
        for (int i = 0; i < 300; i++) {
            tell("a" + i);
        }

        List<String> actions = actions(Map.of());

        assertThat(actions).hasSize(256).startsWith("a44", "a45").endsWith("a299");
        assertThat(posted).hasSize(300);
    }

    @Test
    void timesAreExactAndNoTwoAreTheSame() {
        Clock stopped = Clock.fixed(Instant.ofEpochSecond(1_000), ZoneOffset.UTC);
        EventMemory still = new EventMemory(stopped, posted::add);

        still.tell("image", "pull", "x", Map.of());
        still.tell("image", "tag", "x", Map.of());

        assertThat(posted.get(0).time()).isEqualTo(Instant.ofEpochSecond(1_000));
        assertThat(posted.get(1).time()).isEqualTo(Instant.ofEpochSecond(1_000, 1));
    }

    @Test
    void sinceAndUntilCutWhatIsRemembered() {
        tell("one");
        tell("two");
        tell("three");

        assertThat(remembered(new Query(posted.get(1).time(), posted.get(1).time(), Map.of())))
                .extracting(Event::action)
                .containsExactly("two");
        assertThat(remembered(new Query(null, posted.get(0).time(), Map.of())))
                .extracting(Event::action)
                .containsExactly("one");
        assertThatThrownBy(() -> remembered(new Query(Instant.ofEpochSecond(10), Instant.ofEpochSecond(5), Map.of())))
                .isInstanceOf(FeluccaException.class)
                .hasMessage("`since` time (1970-01-01T00:00:10Z) cannot be after `until` time (1970-01-01T00:00:05Z)");
    }

    @Test
    @DisplayName("No event is lost or given twice between what is remembered and what comes")
    void nothingIsLostBetweenMemoryAndStream() throws InterruptedException {
        int count = 3_000;
        CountDownLatch begun = new CountDownLatch(100);
        Thread teller = new Thread(() -> {
            for (int i = 0; i < count; i++) {
                tell("a" + i);
                begun.countDown();
            }
        });
        teller.start();
        begun.await();
        List<Integer> seen = new ArrayList<>();
        memory.follow(new Query(Instant.EPOCH, null, Map.of()), event -> {
            seen.add(Integer.parseInt(event.action().substring(1)));
            return seen.get(seen.size() - 1) < count - 1;
        });
        teller.join();

        for (int i = 1; i < seen.size(); i++) {
            assertThat(seen.get(i)).isEqualTo(seen.get(i - 1) + 1);
        }
    }

    @Test
    @DisplayName("T25: a follower that does not take its events holds nobody up and is given up")
    void T25_slowFollowersAreGivenUp() throws InterruptedException {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        AtomicInteger taken = new AtomicInteger();
        List<String> failure = new CopyOnWriteArrayList<>();
        Thread slow = new Thread(() -> {
            try {
                memory.follow(new Query(null, null, Map.of()), new Events.Sink() {
                    @Override
                    public boolean accept(Event event) {
                        stuck.countDown();
                        try {
                            free.await();
                        } catch (InterruptedException e) {
                            return false;
                        }
                        taken.incrementAndGet();
                        return true;
                    }
                });
            } catch (FeluccaException e) {
                failure.add(e.getMessage());
            }
        });
        slow.start();
        while (stuck.getCount() > 0) {
            tell("first");
        }
        for (int i = 0; i < Events.BACKLOG + 10; i++) {
            tell("more");
        }
        free.countDown();
        slow.join();

        assertThat(taken.get()).isGreaterThanOrEqualTo(Events.BACKLOG);
        assertThat(failure)
                .containsExactly("events were lost: whoever follows is more than 4096 events behind; "
                        + "follow again from the last one that was seen");
    }

    @Test
    void followingEndsWithItsTimeOrWithItsSink() {
        memory.follow(new Query(null, Instant.now().plusMillis(20), Map.of()), event -> true);
        memory.follow(new Query(null, null, Map.of()), new Events.Sink() {
            @Override
            public boolean accept(Event event) {
                return true;
            }

            @Override
            public boolean wantsMore() {
                return false;
            }
        });
    }

    @Test
    void filtersAreDockers() {
        memory.tell("container", "exec_create: ls", "abcdef", Map.of("name", "web", "image", "busybox:1", "x", "y"));
        memory.tell("container", "start", "abcdef", Map.of("name", "web", "image", "busybox:1"));
        memory.tell("image", "tag", "sha256:12", Map.of("name", "busybox:1"));
        memory.tell("network", "connect", "99", Map.of("name", "front"));

        assertThat(actions(Map.of("type", List.of("image", "network")))).containsExactly("tag", "connect");
        assertThat(actions(Map.of("event", List.of("exec_create")))).containsExactly("exec_create: ls");
        assertThat(actions(Map.of("event", List.of("start", "tag")))).containsExactly("start", "tag");
        assertThat(actions(Map.of("container", List.of("abc")))).containsExactly("exec_create: ls", "start");
        assertThat(actions(Map.of("container", List.of("web")))).containsExactly("exec_create: ls", "start");
        assertThat(actions(Map.of("network", List.of("fr")))).containsExactly("connect");
        assertThat(actions(Map.of("image", List.of("busybox")))).containsExactly("exec_create: ls", "start", "tag");
        assertThat(actions(Map.of("label", List.of("x=y")))).containsExactly("exec_create: ls");
        assertThat(actions(Map.of("label", List.of("x=z")))).isEmpty();
        assertThat(actions(Map.of("scope", List.of("swarm")))).isEmpty();
        assertThat(actions(Map.of("nosuch", List.of("1")))).hasSize(4);
    }
}
