package io.felucca.events;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The engine's events. Whatever is told is passed on, in the same order, to who follows here and to EventAdmin: topic
 * {@code io/felucca/TYPE/ACTION} (of an action with a colon, what is before it), with the properties {@code type},
 * {@code action}, {@code id}, {@code time} (an Instant) and {@code attributes} (a Map). Thread-safe.
 */
@ProviderType
public interface Events {

    /** How many events are remembered, as by dockerd. */
    int MEMORY = 256;

    /** How many events a follower may be behind before it is given up. */
    int BACKLOG = 4096;

    /** Tells that something has happened now. Waits for nobody. */
    void tell(String type, String action, String id, Map<String, String> attributes);

    /**
     * Gives events to a sink on the calling thread until the sink wants no more, {@code until} is over, or the thread is
     * interrupted: first those remembered, when {@code since} or {@code until} is given, then those that come; none is
     * left out or given twice between the two.
     *
     * @throws io.felucca.FeluccaException INVALID when {@code until} is before {@code since}; UNAVAILABLE when the sink is
     *     {@link #BACKLOG} events behind, so that some would be missing
     */
    void follow(Query query, Sink sink);

    /** How many follow now. */
    int followers();

    /**
     * @param since remembered events from then on; null for none, unless {@code until} is given
     * @param until null for no end; what has passed already ends with what is remembered
     * @param filters Docker's: type, event, container, image, label, network, volume, daemon, scope…; one that is unknown
     *     is ignored, as by dockerd
     */
    record Query(Instant since, Instant until, Map<String, List<String>> filters) {}

    /** Takes events; may block. */
    interface Sink {

        /** @return false when it wants no more */
        boolean accept(Event event);

        /** Asked several times a second while nothing comes, so that following ends when its client has left. */
        default boolean wantsMore() {
            return true;
        }
    }
}
