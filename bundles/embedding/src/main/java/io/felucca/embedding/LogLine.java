package io.felucca.embedding;

import java.time.Instant;

/**
 * A line that a container wrote, or a part of a long one.
 *
 * @param text read as UTF-8, without the line's end
 * @param goesOn whether the line goes on in the next part of the same stream
 */
public record LogLine(Instant time, boolean stderr, String text, boolean goesOn) {}
