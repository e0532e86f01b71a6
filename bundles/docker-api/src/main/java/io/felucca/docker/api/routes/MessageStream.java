package io.felucca.docker.api.routes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.docker.json.image.ProgressJson;
import io.felucca.images.ImageReference;
import io.felucca.images.Images.Progress;
import io.felucca.registry.Registry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/** The answer of pull, load and import: a JSON object a line, each sent at once. Thread-safe. */
final class MessageStream {

    private final OutputStream out;
    private boolean begun;

    MessageStream(OutputStream out) {
        this.out = out;
    }

    /** @throws UncheckedIOException when the client has gone, which ends the work that tells of itself */
    synchronized void send(ObjectNode message) {
        begun = true;
        try {
            out.write((message + "\r\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether something was sent: an error after that is a message, too. */
    synchronized boolean hasBegun() {
        return begun;
    }

    /** Tells how far a pull or push is. @param gone whether the client has left */
    Registry.Progress transfers(BooleanSupplier gone) {
        return new Registry.Progress() {
            @Override
            public void status(String id, String text) {
                ObjectNode message = ProgressJson.status(id, text);
                if (!id.isEmpty() && !text.startsWith("Pulling from")) {
                    message.putObject("progressDetail");
                }
                send(message);
            }

            @Override
            public void bytes(String id, String action, long current, long total) {
                send(ProgressJson.progress(id, action, current, total));
            }

            @Override
            public void pushed(ImageReference reference, Registry.Pushed pushed) {
                send(ProgressJson.pushed(reference.tag(), pushed.digest().value(), pushed.sizeBytes()));
            }

            @Override
            public boolean isCancelled() {
                return gone.getAsBoolean();
            }
        };
    }

    /** Tells how far layers are, and messages by {@code status}. */
    Progress progress() {
        return (id, action, current, total) -> send(
                current == 0 && total == 0
                        ? ProgressJson.status(id, action)
                        : ProgressJson.progress(id, action, current, total));
    }
}
