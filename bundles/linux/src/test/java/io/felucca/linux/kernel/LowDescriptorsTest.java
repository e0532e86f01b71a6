package io.felucca.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.Fd;
import io.felucca.linux.Open;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LowDescriptorsTest {

    private static final int SELECT_MAX = 1023;
    private static final int MANY = 1100;

    private final List<Fd> many = new ArrayList<>();

    @AfterEach
    void close() {
        many.forEach(Fd::close);
    }

    private static KernelFd file() {
        Path file = Path.of("/dev/null");
        return new KernelFd(KernelDirectories.openat(file, Open.READ, 0), file);
    }

    private void openMany() {
        for (int i = 0; i < MANY; i++) {
            many.add(file());
        }
    }

    /** More than there are: each is low, and then one is refused. */
    private void openAll(LowDescriptors low) {
        for (int i = 0; i < MANY; i++) {
            KernelFd one = low.open(LowDescriptorsTest::file);
            many.add(one);
            assertThat(one.number()).isLessThanOrEqualTo(SELECT_MAX);
        }
    }

    @Test
    @DisplayName("With all low descriptors in use, work that needs one is refused and not given a high one")
    void noHighOneIsGiven() {
        LowDescriptors low = new LowDescriptors(Duration.ofMillis(100));
        openMany();
        assertThatThrownBy(() -> openAll(low))
                .isInstanceOf(FeluccaException.class)
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(Kind.UNAVAILABLE);
        assertThat(many).hasSizeGreaterThan(MANY);
    }

    @Test
    @DisplayName("Work that needs a low descriptor waits until another's is closed")
    void oneThatIsClosedIsWaitedFor() throws Exception {
        LowDescriptors low = new LowDescriptors(Duration.ofSeconds(30));
        openMany();
        List<Fd> spares = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            spares.add(low.open(LowDescriptorsTest::file));
        }
        many.addAll(spares);
        CompletableFuture<KernelFd> ninth = CompletableFuture.supplyAsync(() -> low.open(LowDescriptorsTest::file));
        spares.get(0).close();
        low.keep();
        KernelFd one = ninth.get(30, TimeUnit.SECONDS);
        many.add(one);
        assertThat(one.number()).isLessThanOrEqualTo(SELECT_MAX);
    }
}
