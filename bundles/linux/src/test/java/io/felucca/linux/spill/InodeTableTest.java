package io.felucca.linux.spill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InodeTableTest {

    private static final int INODES = 35_000;

    private static byte[] value(long device, long inode) {
        return (device + ":" + inode + "x".repeat((int) (inode % 300))).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    @DisplayName("More inodes than memory takes are all known, each by its own device and number (T11)")
    void allAreKnown() {
        try (InodeTable table = new InodeTable(64 << 10)) {
            for (long inode = 0; inode < INODES; inode++) {
                assertThat(table.find(inode % 3, inode)).isEmpty();
                table.put(inode % 3, inode, value(inode % 3, inode));
            }
            for (long inode = 0; inode < INODES; inode++) {
                assertThat(table.find(inode % 3, inode).orElseThrow()).isEqualTo(value(inode % 3, inode));
                assertThat(table.find(3, inode)).isEmpty();
            }
        }
    }

    @Test
    void theFirstValueStays() {
        try (InodeTable table = new InodeTable()) {
            assertThat(table.putIfAbsent(1, 2, value(1, 2))).isEmpty();
            assertThat(table.putIfAbsent(1, 2, value(3, 4)).orElseThrow()).isEqualTo(value(1, 2));
            assertThat(table.putIfAbsent(2, 1, value(3, 4))).isEmpty();
        }
    }
}
