package io.felucca.engine.events;

import io.felucca.FeluccaException;
import io.felucca.events.Event;
import io.felucca.images.ImageReference;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Docker's filters of events, by dockerd 20.10's rules (daemon/events/filter.go, api/types/filters). */
final class EventFilter {

    /** Asked for without what follows their colon. */
    private static final Set<String> ACTIONS_WITH_MORE = Set.of("health_status", "exec_create", "exec_start");

    /** Filters that mean the id or the name of a thing of their type. */
    private static final List<String> TYPES =
            List.of("container", "network", "volume", "daemon", "plugin", "node", "service", "secret", "config");

    private final Map<String, List<String>> filters;

    EventFilter(Map<String, List<String>> filters) {
        this.filters = filters;
    }

    boolean matches(Event event) {
        return matchesAction(event.action())
                && isOne("type", event.type())
                && isOne("scope", Event.SCOPE)
                && TYPES.stream().allMatch(type -> matchesThing(type, event))
                && matchesImage(event)
                && matchesLabels(event.attributes());
    }

    private List<String> values(String name) {
        return filters.getOrDefault(name, List.of());
    }

    private boolean isOne(String name, String value) {
        List<String> values = values(name);
        return values.isEmpty() || values.contains(value);
    }

    private boolean beginsWithOne(String name, String value) {
        List<String> values = values(name);
        return values.isEmpty() || values.stream().anyMatch(value::startsWith);
    }

    private boolean matchesAction(String action) {
        return values("event").stream().anyMatch(ACTIONS_WITH_MORE::contains)
                ? beginsWithOne("event", action)
                : isOne("event", action);
    }

    private boolean matchesThing(String type, Event event) {
        return beginsWithOne(type, event.id())
                || beginsWithOne(type, event.attributes().getOrDefault("name", ""));
    }

    private boolean matchesImage(Event event) {
        if (values("image").isEmpty()) {
            return true;
        }
        String name = event.attributes().getOrDefault(event.type().equals("container") ? "image" : "name", "");
        return isOne("image", event.id())
                || isOne("image", name)
                || isOne("image", withoutTag(event.id()))
                || isOne("image", withoutTag(name));
    }

    private static String withoutTag(String image) {
        try {
            return ImageReference.parse(image).familiarRepository();
        } catch (FeluccaException e) {
            // An id is no reference.
            return image;
        }
    }

    private boolean matchesLabels(Map<String, String> attributes) {
        return values("label").stream().allMatch(label -> {
            int equals = label.indexOf('=');
            String value = attributes.get(equals < 0 ? label : label.substring(0, equals));
            return value != null && (equals < 0 || Objects.equals(value, label.substring(equals + 1)));
        });
    }
}
