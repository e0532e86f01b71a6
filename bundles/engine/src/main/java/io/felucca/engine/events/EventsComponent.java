package io.felucca.engine.events;

import io.felucca.events.Event;
import io.felucca.events.Events;
import java.time.Clock;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.event.EventAdmin;

/** The service; what is told here is posted to EventAdmin too, which may come and go. */
@Component
public final class EventsComponent implements Events {

    private static final String TOPIC = "io/felucca/";

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile EventAdmin admin;

    private final EventMemory memory = new EventMemory(Clock.systemUTC(), this::post);

    @Override
    public void tell(String type, String action, String id, Map<String, String> attributes) {
        memory.tell(type, action, id, attributes);
    }

    @Override
    public void follow(Query query, Sink sink) {
        memory.follow(query, sink);
    }

    @Override
    public int followers() {
        return memory.followers();
    }

    /** EventAdmin delivers on threads of its own. */
    private void post(Event event) {
        EventAdmin there = admin;
        if (there == null) {
            return;
        }
        int colon = event.action().indexOf(':');
        String action = colon < 0 ? event.action() : event.action().substring(0, colon);
        Map<String, Object> properties = Map.of(
                "type", event.type(),
                "action", event.action(),
                "id", event.id(),
                "time", event.time(),
                "attributes", event.attributes());
        there.postEvent(new org.osgi.service.event.Event(TOPIC + event.type() + "/" + action, properties));
    }
}
