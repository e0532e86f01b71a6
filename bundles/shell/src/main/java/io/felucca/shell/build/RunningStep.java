package io.felucca.shell.build;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A step that runs, and the last lines it has written. For one thread at a time. */
final class RunningStep {

    private static final int LINES = 4;
    private static final int LINE_BYTES = 512;
    private static final int PULLED_LAYERS = 1_000;

    private final String title;
    private final long beganNanos;
    private final Deque<String> lines = new ArrayDeque<>();
    private final Map<String, String> layers = new LinkedHashMap<>();
    private final byte[] line = new byte[LINE_BYTES];
    private int length;

    RunningStep(String title, long beganNanos) {
        this.title = title;
        this.beganNanos = beganNanos;
    }

    String title() {
        return title;
    }

    /** How long it has run: {@code 0.3s}, {@code 12s}, {@code 2m05s}. */
    String time(long nowNanos) {
        long tenths = Math.max(0, nowNanos - beganNanos) / 100_000_000;
        long seconds = tenths / 10;
        if (seconds < 10) {
            return seconds + "." + tenths % 10 + "s";
        }
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + String.format("%02ds", seconds % 60);
    }

    /** Takes what its container wrote: whole lines, and what follows a carriage return in the place of what was before. */
    void wrote(byte[] bytes, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            byte each = bytes[i];
            if (each == '\n' || each == '\r') {
                endLine();
            } else if (length < LINE_BYTES) {
                line[length++] = each;
            }
        }
    }

    private void endLine() {
        String text = Shown.line(new String(line, 0, length, StandardCharsets.UTF_8));
        length = 0;
        if (!text.isBlank()) {
            lines.add(text);
            if (lines.size() > LINES) {
                lines.remove();
            }
        }
    }

    /** What a pull does now, a line for each layer that is not done. */
    void pulled(String id, String text) {
        if (layers.size() < PULLED_LAYERS || layers.containsKey(id)) {
            layers.put(id, Shown.line(text));
        }
    }

    /** The last ones, at most {@value #LINES}. */
    List<String> lines() {
        if (layers.isEmpty()) {
            return List.copyOf(lines);
        }
        List<String> working = layers.entrySet().stream()
                .filter(layer -> !layer.getKey().isEmpty())
                .filter(layer -> !layer.getValue().matches("Pull complete|Already exists"))
                .map(layer -> layer.getKey() + ": " + layer.getValue())
                .toList();
        return working.subList(0, Math.min(LINES, working.size()));
    }
}
