package io.felucca.linux.kernel;

import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.process.ProcFile;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * Gives back what a start, or other work, has touched of Java's own files: the class-data archives and Java's libraries,
 * of which the kernel maps 64 KiB around each page. They stay in the page cache, from where what is needed again comes by
 * a fault that reads nothing. Run by the stand-alone engine's launcher when the engine is idle; in a platform that embeds
 * the engine by nobody.
 *
 * <p>madvise(2), MADV_DONTNEED, throws away what was written to a private mapping. So it is only asked for where nothing
 * can have been: a mapping that cannot be written to and has no page of its own, in memory or swapped out (as relocated
 * libraries and archives have). And only for files that Java never unmaps, so that nothing else comes to be at an address
 * after it was read.
 */
@Component(service = Runnable.class, property = UnusedPages.MARK + "=true")
public final class UnusedPages implements Runnable {

    /** By this property of the service the launcher knows it. */
    static final String MARK = "felucca.idle";

    private static final Libc.Function MADVISE = Libc.function("madvise");
    private static final int MADV_DONTNEED = 4;

    /** Addresses of a mapping, the end exclusive. */
    record Mapping(long begin, long end) {}

    @Override
    public void run() {
        for (Mapping mapping : unwritten(ProcFile.read("/proc/self/smaps"), System.getProperty("java.home"))) {
            if (MADVISE.call(mapping.begin, mapping.end - mapping.begin, MADV_DONTNEED) < 0) {
                throw Errno.system("madvise", "a mapping of Java's files", Libc.errno());
            }
        }
    }

    /** @param smaps as in proc_pid_smaps(5) */
    static List<Mapping> unwritten(String smaps, String javaHome) {
        List<Mapping> found = new ArrayList<>();
        Mapping candidate = null;
        boolean own = false;
        for (String line : smaps.split("\n")) {
            String[] words = line.split(" +", 6);
            if (!words[0].endsWith(":")) {
                add(candidate, own, found);
                candidate = candidate(words, javaHome);
                own = false;
            } else if (words[0].equals("Anonymous:") || words[0].equals("Swap:")) {
                own |= !words[1].equals("0");
            }
        }
        add(candidate, own, found);
        return found;
    }

    private static void add(Mapping candidate, boolean own, List<Mapping> found) {
        if (candidate != null && !own) {
            found.add(candidate);
        }
    }

    /** Of {@code 7f0a4c000000-7f0a4c800000 r--p 00000000 fe:00 1234 /path}; null for one that is none. */
    private static Mapping candidate(String[] words, String javaHome) {
        if (words.length < 6
                || words[1].indexOf('w') >= 0
                || !(words[5].startsWith(javaHome + "/lib/") || words[5].endsWith(".jsa"))) {
            return null;
        }
        String[] addresses = words[0].split("-");
        return new Mapping(Long.parseUnsignedLong(addresses[0], 16), Long.parseUnsignedLong(addresses[1], 16));
    }
}
