package io.felucca.events;

import java.time.Instant;
import java.util.Map;

/**
 * Something that has happened, in Docker's words (API 1.51, EventMessage).
 *
 * @param type {@code container}, {@code image}, {@code network}, {@code volume}, {@code daemon}
 * @param action such as {@code start}, or {@code exec_create: ls}
 * @param id of what it happened to; empty where there is no one thing ({@code prune})
 * @param attributes Docker's: name, image, labels, exitCode…
 * @param time exact; no two events of an engine have the same
 */
public record Event(String type, String action, String id, Map<String, String> attributes, Instant time) {

    /** Docker's word for what one engine knows of itself. */
    public static final String SCOPE = "local";

    public Event {
        attributes = Map.copyOf(attributes);
    }
}
