package io.felucca;

import java.util.List;

/**
 * How the user and group ids inside a container map to those of the host (user_namespaces(7)). {@link #NONE} stands for
 * a container in the host's user namespace.
 *
 * @param uids ranges of user ids, in the kernel's order
 * @param gids ranges of group ids
 */
public record IdMap(List<Range> uids, List<Range> gids) {

    public static final IdMap NONE = new IdMap(List.of(), List.of());

    private static final long OVERFLOW_ID = 65534;

    /**
     * One line of /proc/PID/uid_map.
     *
     * @param inside first id in the container
     * @param outside first id on the host
     * @param length how many
     */
    public record Range(long inside, long outside, long length) {}

    public IdMap {
        uids = List.copyOf(uids);
        gids = List.copyOf(gids);
    }

    public boolean isNone() {
        return uids.isEmpty() && gids.isEmpty();
    }

    /** The host's id for the container's root user; 0 without a map. */
    public long rootUid() {
        return outside(uids, 0);
    }

    /** The host's id for the container's root group; 0 without a map. */
    public long rootGid() {
        return outside(gids, 0);
    }

    public long outsideUid(long inside) {
        return outside(uids, inside);
    }

    public long outsideGid(long inside) {
        return outside(gids, inside);
    }

    /** The id in the container; the kernel's overflow id (65534) for one that has none there. */
    public long insideUid(long outside) {
        return inside(uids, outside);
    }

    public long insideGid(long outside) {
        return inside(gids, outside);
    }

    private static long inside(List<Range> ranges, long outside) {
        if (ranges.isEmpty()) {
            return outside;
        }
        for (Range range : ranges) {
            if (outside >= range.outside() && outside < range.outside() + range.length()) {
                return range.inside() + (outside - range.outside());
            }
        }
        return OVERFLOW_ID;
    }

    private static long outside(List<Range> ranges, long inside) {
        if (ranges.isEmpty()) {
            return inside;
        }
        for (Range range : ranges) {
            if (inside >= range.inside() && inside < range.inside() + range.length()) {
                return range.outside() + (inside - range.inside());
            }
        }
        throw FeluccaException.invalid("id " + inside + " is outside the user namespace's map " + ranges);
    }
}
