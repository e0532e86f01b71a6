package io.felucca.networks.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.networks.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("issue 11: records of networks that are damaged")
class NetworkStoreTest {

    @TempDir
    Path folder;

    private NetworkStore store;
    private final NetworkRecord first = record("1", "first");
    private final NetworkRecord second = record("2", "second");

    private static NetworkRecord record(String digit, String name) {
        return new NetworkRecord(
                digit.repeat(64),
                name,
                "2026-12-02T10:00:00Z",
                "bridge",
                false,
                new Network.Ipam("default", null, List.of(new Network.Pool("10.9.0.0/24", "", "10.9.0.1", Map.of()))),
                false,
                false,
                Map.of("a", "b"),
                Map.of(),
                Set.of(),
                false);
    }

    @BeforeEach
    void write() {
        store = new NetworkStore(folder);
        store.write(first);
        store.write(second);
    }

    @Test
    @DisplayName(
            "one that is empty, cut, full of zeros or another's is left out and left alone, and the others are there")
    void damagedOnesAreLeftOut() throws IOException {
        Path file = folder.resolve(first.id() + ".json");
        byte[] good = Files.readAllBytes(file);
        for (byte[] bad : List.of(
                new byte[0],
                Arrays.copyOf(good, good.length / 2),
                new byte[good.length],
                "null".getBytes(StandardCharsets.US_ASCII),
                Files.readAllBytes(folder.resolve(second.id() + ".json")))) {
            Files.write(file, bad);

            assertThat(store.readAll()).containsExactly(second);
            assertThat(file).hasBinaryContent(bad);
        }
        Files.write(file, good);
        assertThat(store.readAll()).containsExactly(first, second);
    }

    @Test
    @DisplayName("whatever bit of one is flipped, it can be shown or is left out")
    void anyFlippedBit() throws IOException {
        Path file = folder.resolve(first.id() + ".json");
        byte[] good = Files.readAllBytes(file);
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, bad);

            List<NetworkRecord> read = store.readAll();
            assertThat(read).contains(second);
            read.forEach(record -> assertThat(record.network(Map.of()).name()).isNotNull());
        }
    }
}
