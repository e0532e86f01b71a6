package io.felucca.images.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("one stream for several readers (T11)")
@Timeout(60)
class FanoutTest {

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        new Random(1).nextBytes(content);
        return content;
    }

    @Test
    void everyReaderGetsEveryByteHoweverItReads() {
        byte[] content = content(3_000_001);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        AtomicLong skipped = new AtomicLong();

        Fanout.run(
                new ByteArrayInputStream(content),
                List.of(
                        in -> in.transferTo(whole),
                        in -> {
                            byte[] small = new byte[777];
                            for (int count = in.read(small); count >= 0; count = in.read(small)) {
                                pieces.write(small, 0, count);
                            }
                        },
                        in -> {
                            long count = in.skip(1_000_000);
                            skipped.set(count + in.readAllBytes().length);
                        }));

        assertThat(whole.toByteArray()).isEqualTo(content);
        assertThat(pieces.toByteArray()).isEqualTo(content);
        assertThat(skipped).hasValue(content.length);
    }

    @Test
    void aReaderThatLeavesEarlyStopsNobody() {
        byte[] content = content(5_000_000);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();

        Fanout.run(new ByteArrayInputStream(content), List.of(in -> in.read(), in -> in.transferTo(whole)));

        assertThat(whole.toByteArray()).isEqualTo(content);
    }

    @Test
    void theFirstFailureEndsAllAndIsThrown() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                return length;
            }
        };

        assertThatThrownBy(() -> Fanout.run(endless, List.of(in -> in.skip(Long.MAX_VALUE), in -> {
                    in.readNBytes(1000);
                    throw FeluccaException.system("disk full");
                })))
                .hasMessage("disk full")
                .hasFieldOrPropertyWithValue("kind", Kind.SYSTEM);
    }

    @Test
    void aStreamThatBreaksIsTheCallersFault() {
        InputStream breaking = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new EOFException("Unexpected end of ZLIB input stream");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return read();
            }
        };

        assertThatThrownBy(() -> Fanout.run(breaking, List.of(InputStream::readAllBytes)))
                .hasMessage("Error processing tar file(exit status 1): unexpected EOF")
                .hasFieldOrPropertyWithValue("kind", Kind.INVALID);
    }

    @Test
    void T11_whatWaitsForASlowReaderIsBounded() {
        AtomicLong given = new AtomicLong();
        InputStream counted = new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (given.get() > 64 << 20) {
                    return -1;
                }
                given.addAndGet(length);
                return length;
            }
        };
        CountDownLatch slow = new CountDownLatch(1);
        AtomicLong givenWhileSlow = new AtomicLong();

        Fanout.run(
                counted,
                List.of(
                        in -> {
                            in.read();
                            org.awaitility.Awaitility.await()
                                    .during(Duration.ofMillis(300))
                                    .atMost(Duration.ofSeconds(60))
                                    .until(() -> given.get() < 8 << 20);
                            givenWhileSlow.set(given.get());
                            slow.countDown();
                        },
                        in -> in.skip(Long.MAX_VALUE)));

        assertThat(givenWhileSlow.get()).isBetween(1L, 8L << 20);
        assertThat(given.get()).isGreaterThan(64 << 20);
        assertThat(slow.getCount()).isZero();
    }
}
