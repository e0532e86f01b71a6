package io.felucca.images.layers;

/**
 * What an archive may cost before it is refused with INVALID.
 *
 * @param bytes sum of the files' stored content
 */
public record Limits(long entries, long bytes) {

    public static final Limits NONE = new Limits(Long.MAX_VALUE, Long.MAX_VALUE);
}
