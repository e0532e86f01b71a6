package io.felucca.linux.kernel.files;

import io.felucca.linux.files.Stat;
import io.felucca.linux.kernel.call.Scratch;

/** Two timespecs, as utimensat(2) takes them. */
final class Times {

    private Times() {}

    static long put(Scratch scratch, Stat.Time accessed, Stat.Time modified) {
        long times = scratch.take(32);
        scratch.putLong(times, accessed.seconds());
        scratch.putLong(times + 8, accessed.nanos());
        scratch.putLong(times + 16, modified.seconds());
        scratch.putLong(times + 24, modified.nanos());
        return times;
    }
}
