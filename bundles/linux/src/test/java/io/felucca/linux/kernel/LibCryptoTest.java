package io.felucca.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.linux.kernel.call.Scratch;
import java.security.MessageDigest;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LibCryptoTest {

    private final LibCrypto hashes = new LibCrypto();

    @Test
    @DisplayName("libcrypto hashes as Java does: pieces of any length, and again after a digest or a reset")
    void sameAsJava() throws Exception {
        assertThat(hashes.sha256().getProvider()).as("libcrypto's").isNull();
        MessageDigest ours = hashes.sha256();
        MessageDigest java = MessageDigest.getInstance("SHA-256");
        Random random = new Random(1);
        for (int round = 0; round < 20; round++) {
            for (int piece = 0; piece < 5; piece++) {
                byte[] bytes = new byte[random.nextInt(4 * Scratch.LARGE_BYTES)];
                random.nextBytes(bytes);
                int offset = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
                ours.update(bytes, offset, bytes.length - offset);
                ours.update((byte) piece);
                java.update(bytes, offset, bytes.length - offset);
                java.update((byte) piece);
            }
            assertThat(ours.digest()).isEqualTo(java.digest());
            ours.update((byte) 1);
            ours.reset();
        }
        assertThat(ours.digest()).isEqualTo(java.digest());
    }

    @Test
    @DisplayName("Hashes of several threads do not mix")
    void threads() throws Exception {
        byte[] bytes = new byte[300_000];
        byte[] right = MessageDigest.getInstance("SHA-256").digest(bytes);

        assertThat(IntStream.range(0, 200)
                        .parallel()
                        .mapToObj(i -> hashes.sha256().digest(bytes)))
                .allSatisfy(hash -> assertThat(hash).isEqualTo(right));
    }
}
