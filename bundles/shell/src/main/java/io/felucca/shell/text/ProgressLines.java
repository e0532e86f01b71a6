package io.felucca.shell.text;

import io.felucca.docker.text.DockerText;
import io.felucca.images.Images.Progress;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a long work is, on a terminal: a line for each layer, drawn over when it changes (docker/cli, jsonmessage).
 * Thread-safe.
 */
public final class ProgressLines implements Progress {

    private static final long REDRAW_NANOS = 100_000_000;

    private record Line(String text, long drawnNanos) {}

    private final ClientSession user;
    private final Map<String, Line> lines = new LinkedHashMap<>();

    private ProgressLines(ClientSession user) {
        this.user = user;
    }

    /** Where the user has no terminal only what is a message in itself is shown, as Docker does. */
    public static Progress of(ClientSession user) {
        return new ProgressLines(user);
    }

    @Override
    public synchronized void report(String id, String action, long currentBytes, long totalBytes) {
        if (id.isEmpty() && currentBytes == 0 && totalBytes == 0) {
            user.out().println(action);
            return;
        }
        if (!user.isTerminal(Stream.OUT)) {
            return;
        }
        String key = id.isEmpty() ? action : id;
        Line old = lines.get(key);
        boolean whole = totalBytes > 0 && currentBytes >= totalBytes;
        long now = System.nanoTime();
        if (old != null && !whole && now - old.drawnNanos() < REDRAW_NANOS) {
            return;
        }
        String text = (id.isEmpty() ? "" : id + ": ") + action + " " + DockerText.progress(currentBytes, totalBytes);
        if (old != null && old.text().equals(text)) {
            return;
        }
        lines.put(key, new Line(text, now));
        draw(key, text, old == null);
    }

    private void draw(String key, String text, boolean isNew) {
        if (isNew) {
            user.out().print(text + "\r\n");
        } else {
            int up = lines.size();
            for (String each : lines.keySet()) {
                if (each.equals(key)) {
                    break;
                }
                up--;
            }
            user.out().print("\u001b[" + up + "A\u001b[2K\r" + text + "\r\u001b[" + up + "B");
        }
        user.out().flush();
    }
}
