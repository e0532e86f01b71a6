package io.felucca.docker.json.system;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.docker.json.DockerJson;
import io.felucca.events.Event;

/** An event in Docker's JSON (API 1.51, EventMessage), with the older fields that clients still read. */
public final class EventJson {

    private static final String CONTAINER = "container";
    private static final String IMAGE = "image";

    private EventJson() {}

    public static ObjectNode write(Event event) {
        ObjectNode root = DockerJson.object();
        boolean container = event.type().equals(CONTAINER);
        if (container || event.type().equals(IMAGE)) {
            root.put("status", event.action());
            if (!event.id().isEmpty()) {
                root.put("id", event.id());
            }
        }
        if (container && event.attributes().containsKey(IMAGE)) {
            root.put("from", event.attributes().get(IMAGE));
        }
        root.put("Type", event.type()).put("Action", event.action());
        ObjectNode actor = root.putObject("Actor").put("ID", event.id());
        DockerJson.putMap(actor, "Attributes", event.attributes());
        long seconds = event.time().getEpochSecond();
        return root.put("scope", Event.SCOPE)
                .put("time", seconds)
                .put("timeNano", seconds * 1_000_000_000L + event.time().getNano());
    }
}
