package io.felucca.embedding.service;

import io.felucca.builder.Builder;
import io.felucca.registry.Registry;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Gives what a pull and a build tell to a listener, a line each. */
final class LineListener implements Registry.Progress, Builder.Output {

    /** Characters of a line that has not ended; a longer one is given in parts. */
    private static final int LINE_MAX = 16 * 1024;

    private final Consumer<String> listener;
    private final StringBuilder rest = new StringBuilder();

    LineListener(Consumer<String> listener) {
        this.listener = listener;
    }

    @Override
    public synchronized void status(String id, String text) {
        listener.accept(id.isEmpty() ? text : id + ": " + text);
    }

    @Override
    public void bytes(String id, String action, long current, long total) {
        // Lines tell of what has been done, not how far each layer is.
    }

    @Override
    public synchronized void text(String text) {
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next != '\n') {
                rest.append(next);
            }
            if (next == '\n' || rest.length() >= LINE_MAX) {
                listener.accept(rest.toString());
                rest.setLength(0);
            }
        }
    }

    @Override
    public void bytes(boolean stderr, byte[] bytes, int offset, int length) {
        text(new String(bytes, offset, length, StandardCharsets.UTF_8));
    }

    @Override
    public Registry.Progress transfers() {
        return this;
    }
}
