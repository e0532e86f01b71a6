package io.felucca.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.linux.kernel.UnusedPages.Mapping;
import io.felucca.linux.kernel.process.ProcFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UnusedPagesTest {

    private static final String HOME = "/usr/lib/jvm/java";

    private static String mapping(String header, int anonymousKib, int swapKib) {
        return header + "\nSize:               8 kB\nPrivate_Dirty:      8 kB\nAnonymous:          " + anonymousKib
                + " kB\nSwap:               " + swapKib + " kB\nSwapPss:            8 kB\nTHPeligible:    0\n"
                + "VmFlags: rd mr mw me sd\n";
    }

    @Test
    @DisplayName("what is given back can be read again from a file that stays mapped: nothing that was ever written to")
    void onlyUnwritten() {
        String smaps = mapping("10000-12000 r--p 00000000 fe:00 7 " + HOME + "/lib/server/libjvm.so", 0, 0)
                + mapping("12000-14000 r-xp 00002000 fe:00 7 " + HOME + "/lib/server/libjvm.so", 4, 0)
                + mapping("14000-16000 r--p 00004000 fe:00 7 " + HOME + "/lib/server/libjvm.so", 0, 4)
                + mapping("16000-18000 rw-p 00006000 fe:00 7 " + HOME + "/lib/server/libjvm.so", 0, 0)
                + mapping("18000-20000 rw-p 00000000 00:00 0 ", 0, 0)
                + mapping("20000-22000 r--p 00000000 00:00 0 ", 0, 0)
                + mapping("22000-24000 r--p 00000000 fe:00 9 /usr/lib/x86_64-linux-gnu/libnftables.so.1", 0, 0)
                + mapping("24000-26000 r--p 00000000 fe:00 8 /opt/a felucca/lib/engine-17.jsa", 0, 0)
                + mapping("7fff0000-7fff2000 r-xp 00000000 00:00 0                  [vdso]", 0, 0)
                + mapping("ffffffffff600000-ffffffffff601000 r--s 00000000 fe:00 9 " + HOME + "/lib/modules", 0, 0);
        assertThat(UnusedPages.unwritten(smaps, HOME))
                .containsExactly(
                        new Mapping(0x10000, 0x12000),
                        new Mapping(0x24000, 0x26000),
                        new Mapping(0xffffffffff600000L, 0xffffffffff601000L));
    }

    @Test
    @DisplayName("it shrinks a running Java, which goes on, its archives and libraries read again")
    void goesOn() {
        UnusedPages pages = new UnusedPages();
        pages.run();
        long before = residentFileKib();
        for (int round = 0; round < 50; round++) {
            pages.run();
            Matcher found = Pattern.compile("(?<round>\\d+)").matcher(String.format("round %d", round));
            assertThat(found.find()).isTrue();
            assertThat(found.group("round")).isEqualTo(Integer.toString(round));
            System.gc();
        }
        pages.run();
        assertThat(residentFileKib()).isLessThan(before + 20_000);
    }

    private static long residentFileKib() {
        return ProcFile.read("/proc/self/status")
                .lines()
                .filter(line -> line.startsWith("RssFile:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]+", "")))
                .findFirst()
                .orElseThrow();
    }
}
