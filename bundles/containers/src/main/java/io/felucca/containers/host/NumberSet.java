package io.felucca.containers.host;

import io.felucca.FeluccaException;
import java.util.BitSet;

/** A set of CPU or memory node numbers in the kernel's list form, {@code 0-2,7} (cpuset(7)). */
public record NumberSet(String text, BitSet numbers) {

    private static final int NUMBER_MAX = 8191;

    /** @throws FeluccaException INVALID, with dockerd's words {@code invalid format: …} */
    public static NumberSet parse(String text) {
        BitSet numbers = new BitSet();
        if (!text.isEmpty()) {
            for (String range : text.split(",", -1)) {
                if (!range.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
                    throw FeluccaException.invalid("invalid format: " + text);
                }
                String[] ends = range.split("-");
                int first = Integer.parseInt(ends[0]);
                int last = Integer.parseInt(ends[ends.length - 1]);
                if (last < first || last > NUMBER_MAX) {
                    throw FeluccaException.invalid("invalid format: " + text);
                }
                numbers.set(first, last + 1);
            }
        }
        return new NumberSet(text, numbers);
    }

    public boolean containsAll(NumberSet other) {
        BitSet rest = (BitSet) other.numbers.clone();
        rest.andNot(numbers);
        return rest.isEmpty();
    }

    public int count() {
        return numbers.cardinality();
    }
}
