package io.felucca.engine.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.engine.Drivers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

@Timeout(120)
class DriverLeasesTest {

    private static final long WAIT_MILLIS = 300;
    private static final long LONG_MILLIS = 20_000;

    @TempDir
    Path folder;

    private TestFramework framework;
    private DriverLeases leases;

    @BeforeEach
    void start() throws Exception {
        framework = new TestFramework(folder.resolve("cache"));
        leases = leases(WAIT_MILLIS, LONG_MILLIS);
    }

    @AfterEach
    void stop() throws Exception {
        leases.close();
        framework.close();
    }

    private DriverLeases leases(long waitMillis, long drainMillis) {
        DriverLeases made = new DriverLeases(framework.context(), waitMillis, drainMillis);
        made.open();
        return made;
    }

    private ServiceRegistration<StorageDriver> register(String name, String answer, int ranking) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(Drivers.KIND, "storage");
        properties.put(Drivers.NAME, name);
        properties.put(Constants.SERVICE_RANKING, ranking);
        return framework.context().registerService(StorageDriver.class, () -> answer, properties);
    }

    private String work(String name) {
        return leases.call(StorageDriver.class, name, StorageDriver::work);
    }

    @Test
    void leasesTheDriverOfThatName() {
        register("overlay2", "from overlay2", 0);
        register("vfs", "from vfs", 0);

        assertThat(work("overlay2")).isEqualTo("from overlay2");
        assertThat(work("vfs")).isEqualTo("from vfs");
    }

    @Test
    void whoWatchesAKindIsToldOfEachThatComesAndCanLeaseIt() {
        register("early", "early", 0);
        List<String> told = new ArrayList<>();
        Drivers.Watch watch =
                leases.watch(StorageDriver.class, () -> told.add(String.join(" ", leases.names(StorageDriver.class))));
        leases.watch(Runnable.class, () -> told.add("another kind"));

        register("late", "late", 0);
        watch.close();
        register("latest", "latest", 0);

        assertThat(told).containsExactly("early late");
    }

    @Test
    void seesDriversThatWereThereBeforeIt() {
        register("vfs", "early", 0);
        DriverLeases late = leases(WAIT_MILLIS, LONG_MILLIS);

        assertThat(late.call(StorageDriver.class, "vfs", StorageDriver::work)).isEqualTo("early");
        late.close();
    }

    @Test
    void aNameNeverSeenIsNotFoundAtOnceAndNamesWhatThereIs() {
        register("vfs", "", 0);
        register("overlay2", "", 0);

        assertThatThrownBy(() -> work("zfs"))
                .isInstanceOf(FeluccaException.class)
                .hasMessage("no storage driver zfs: there are overlay2, vfs")
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(FeluccaException.Kind.NOT_FOUND);
    }

    @Test
    void aDriverThatStaysAwayIsUnavailableAfterTheWait() {
        register("vfs", "", 0).unregister();
        long start = System.nanoTime();

        assertThatThrownBy(() -> work("vfs"))
                .hasMessage("storage driver vfs is away and did not come back within 300 ms: install or start it"
                        + " (felucca driver ls shows what is there)")
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(FeluccaException.Kind.UNAVAILABLE);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(290));
    }

    @Test
    void aLeaseWaitsForTheReplacement() {
        DriverLeases patient = leases(LONG_MILLIS, LONG_MILLIS);
        register("vfs", "old", 0).unregister();
        CompletableFuture<String> call =
                CompletableFuture.supplyAsync(() -> patient.call(StorageDriver.class, "vfs", StorageDriver::work));

        register("vfs", "new", 0);

        assertThat(call).succeedsWithin(Duration.ofSeconds(60)).isEqualTo("new");
        patient.close();
    }

    @Test
    void unregisteringBlocksUntilTheLastLeaseIsBack() {
        ServiceRegistration<StorageDriver> driver = register("vfs", "", 0);
        Drivers.Lease<StorageDriver> first = leases.lease(StorageDriver.class, "vfs");
        Drivers.Lease<StorageDriver> second = leases.lease(StorageDriver.class, "vfs");

        CompletableFuture<Void> gone = CompletableFuture.runAsync(driver::unregister);
        await().until(() -> leases.names(StorageDriver.class).isEmpty());
        first.close();
        first.close();

        assertThat(gone).isNotDone();
        assertThat(second.lost()).isFalse();
        second.close();
        assertThat(gone).succeedsWithin(Duration.ofSeconds(60));
    }

    @Test
    void aDriverThatIsGoingAwayGivesNoNewLease() {
        ServiceRegistration<StorageDriver> driver = register("vfs", "", 0);
        Drivers.Lease<StorageDriver> held = leases.lease(StorageDriver.class, "vfs");
        CompletableFuture<Void> gone = CompletableFuture.runAsync(driver::unregister);
        await().until(() -> leases.names(StorageDriver.class).isEmpty());

        assertThatThrownBy(() -> work("vfs"))
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(FeluccaException.Kind.UNAVAILABLE);
        held.close();
        assertThat(gone).succeedsWithin(Duration.ofSeconds(60));
    }

    @Test
    void whatDoesNotComeBackIsInterruptedAndLost() throws Exception {
        DriverLeases impatient = leases(WAIT_MILLIS, 200);
        leases.close();
        ServiceRegistration<StorageDriver> driver = register("vfs", "", 0);
        CountDownLatch leased = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = CompletableFuture.supplyAsync(() -> {
            try (Drivers.Lease<StorageDriver> lease = impatient.lease(StorageDriver.class, "vfs")) {
                leased.countDown();
                TimeUnit.SECONDS.sleep(20);
                return false;
            } catch (InterruptedException e) {
                return true;
            }
        });
        leased.await();
        Drivers.Lease<StorageDriver> other = impatient.lease(StorageDriver.class, "vfs");

        long start = System.nanoTime();
        driver.unregister();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(190));
        assertThat(Thread.interrupted()).as("this thread held a lease too").isTrue();
        assertThat(interrupted).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(true);
        assertThat(other.lost()).isTrue();
        assertThatThrownBy(other::driver)
                .hasMessage("driver vfs went away during the call")
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(FeluccaException.Kind.UNAVAILABLE);
        impatient.close();
    }

    @Test
    void ofTwoOfOneNameTheHigherRankingGetsNewLeases() {
        register("vfs", "low", 1);
        ServiceRegistration<StorageDriver> high = register("vfs", "high", 5);
        assertThat(work("vfs")).isEqualTo("high");

        high.unregister();

        assertThat(work("vfs")).isEqualTo("low");
    }

    @Test
    void aLeaseKeepsItsDriverWhenABetterOneComes() {
        register("vfs", "low", 1);
        try (Drivers.Lease<StorageDriver> lease = leases.lease(StorageDriver.class, "vfs")) {
            register("vfs", "high", 5);

            assertThat(lease.driver().work()).isEqualTo("low");
        }
    }

    @Test
    void namesAreThoseOfTheKindSortedAndOnce() {
        register("vfs", "", 0);
        register("overlay2", "", 0);
        register("vfs", "", 3);
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(Drivers.NAME, "other");
        framework.context().registerService(Runnable.class, () -> {}, properties);

        assertThat(leases.names(StorageDriver.class)).containsExactly("overlay2", "vfs");
        assertThat(leases.names(Runnable.class)).containsExactly("other");
    }

    @Test
    void anErrorInTheCallGivesTheLeaseBack() {
        ServiceRegistration<StorageDriver> driver = register("vfs", "", 0);
        assertThatThrownBy(() -> leases.call(StorageDriver.class, "vfs", d -> {
                    throw FeluccaException.system("disk full");
                }))
                .hasMessage("disk full");

        CompletableFuture<Void> gone = CompletableFuture.runAsync(driver::unregister);

        assertThat(gone).succeedsWithin(Duration.ofSeconds(60));
    }
}
