package io.felucca.linux.net;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A set of keys, or a map from keys to values; keys and values may have several parts.
 *
 * @param value empty for a set
 * @param interval whether an element may be a range of keys
 */
public record NftSet(String name, List<NftType> key, List<NftType> value, boolean interval) {

    /**
     * An element, as the kernel keeps it.
     *
     * @param key its first key
     * @param last its last key, empty for an element of one key
     * @param value empty for an element of a set
     */
    public record Element(byte[] key, byte[] last, byte[] value) {}

    public static NftSet of(String name, NftType... key) {
        return new NftSet(name, List.of(key), List.of(), false);
    }

    public static NftSet ofRanges(String name, NftType... key) {
        return new NftSet(name, List.of(key), List.of(), true);
    }

    public boolean isMap() {
        return !value.isEmpty();
    }

    /** Whether keys have several parts, each of which takes whole words. */
    public boolean isConcatenated() {
        return key.size() > 1;
    }

    public Element element(Object... parts) {
        return new Element(encode(key, parts), new byte[0], new byte[0]);
    }

    /** All between two keys, both included. */
    public Element range(List<?> first, List<?> last) {
        return new Element(encode(key, first.toArray()), encode(key, last.toArray()), new byte[0]);
    }

    /** The same element with a value. */
    public Element mapped(Element element, Object... parts) {
        return new Element(element.key(), element.last(), encode(value, parts));
    }

    private static byte[] encode(List<NftType> types, Object... parts) {
        if (types.size() == 1) {
            return types.get(0).encode(parts[0]);
        }
        ByteBuffer encoded =
                ByteBuffer.allocate(types.stream().mapToInt(NftSet::wholeWords).sum());
        for (int i = 0; i < types.size(); i++) {
            int at = encoded.position();
            encoded.put(types.get(i).encode(parts[i])).position(at + wholeWords(types.get(i)));
        }
        return encoded.array();
    }

    /** The room of a part among several. */
    public static int wholeWords(NftType type) {
        return type.bytes() + 3 & ~3;
    }
}
