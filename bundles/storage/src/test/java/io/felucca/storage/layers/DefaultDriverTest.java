package io.felucca.storage.layers;

import static io.felucca.testkit.storage.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which driver is used for what is new, and its options. */
@Tag("root")
class DefaultDriverTest {

    private StorageBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new StorageBench();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    @DisplayName("S90 overlay2 is the default where the kernel has it, and the choice is written down")
    void S90_overlay2IsTheDefault() {
        assertThat(bench.storage.defaultDriver()).isEqualTo("overlay2");
        assertThat(bench.folder.resolve("data/storage/default")).hasContent("overlay2");
    }

    @Test
    @DisplayName("S97 where overlay2 cannot work vfs is the default")
    void S97_vfsIsTheDefaultWhereOverlay2CannotWork() {
        bench.overlay2.unfit("no d_type");
        assertThat(bench.storage.defaultDriver()).isEqualTo("vfs");
        bench.restart();
        assertThat(bench.storage.defaultDriver()).isEqualTo("vfs");
    }

    @Test
    @DisplayName("S91 where overlay2 cannot work a driver that was given options is the default, before vfs")
    void S91_aDriverWithOptionsIsTheDefaultWhereOverlay2CannotWork() throws IOException {
        bench.overlay2.unfit("overlay2: no such filesystem");
        FakeDrivers drivers = new FakeDrivers().with("overlay2", bench.overlay2).with("vfs", bench.vfs);
        StorageComponent storage = new StorageComponent(
                StorageBench.config("", "dm.thinpooldev=pool"), bench.root(), drivers, bench.directories, bench.mounts);
        CompletableFuture<String> chosen = CompletableFuture.supplyAsync(storage::defaultDriver);
        storage.prefix("other", "dm");
        drivers.with("other", new RecordingDriver(bench.vfs));
        storage.arrived("other");
        assertThat(chosen.join()).isEqualTo("other");
        storage.deactivate();
    }

    @Test
    @DisplayName("S97 a driver that was asked for and cannot work is refused with the reason")
    void S97_aConfiguredDriverThatCannotWorkIsRefused() {
        bench.overlay2.unfit("overlay2: no d_type: reformat");
        StorageComponent storage = bench.start(StorageBench.config("overlay2"));
        assertFails(Kind.UNSUPPORTED, "overlay2: no d_type: reformat", storage::defaultDriver);
        storage.deactivate();
    }

    @Test
    void aDriverThatComesAfterTheEngineStartedIsWaitedFor() throws Exception {
        bench.storage.with("overlay2", store -> store.list());
        FakeDrivers late = new FakeDrivers();
        StorageComponent storage =
                new StorageComponent(StorageBench.config(""), bench.root(), late, bench.directories, bench.mounts);
        CompletableFuture<Integer> layers = CompletableFuture.supplyAsync(
                () -> storage.with("overlay2", store -> store.list().size()));
        CompletableFuture<String> chosen = CompletableFuture.supplyAsync(storage::defaultDriver);
        late.with("overlay2", bench.overlay2);
        storage.arrived("overlay2");
        assertThat(layers.get(60, TimeUnit.SECONDS)).isZero();
        assertThat(chosen.get(60, TimeUnit.SECONDS)).isEqualTo("overlay2");
        storage.deactivate();
    }

    @Test
    void whatTheRootUsesAlreadyIsTheDefault() throws IOException {
        bench.prepare("vfs", "a", "");
        Files.createDirectories(bench.folder.resolve("data/storage/overlay2"));
        assertThat(bench.storage.defaultDriver()).isEqualTo("vfs");
    }

    @Test
    @DisplayName(
            "issue 11: a damaged record of the default names no driver: the one that the root uses is chosen again")
    void aDamagedDefaultIsChosenAgain() throws IOException {
        bench.prepare("vfs", "a", "");
        for (String damaged : new String[] {"over", "", "../..", "\0\0\0", "vgs\n"}) {
            Files.writeString(bench.folder.resolve("data/storage/default"), damaged);
            bench.restart();
            assertThat(bench.storage.defaultDriver()).isEqualTo("vfs");
            assertThat(bench.folder.resolve("data/storage/default")).hasContent("vfs");
        }
    }

    @Test
    void aSettingChangesTheDefaultWithoutARestart() {
        assertThat(bench.storage.defaultDriver()).isEqualTo("overlay2");
        bench.storage.modified(StorageBench.config("vfs"));
        assertThat(bench.storage.defaultDriver()).isEqualTo("vfs");
        bench.storage.modified(StorageBench.config(""));
        assertThat(bench.storage.defaultDriver()).isEqualTo("overlay2");
    }

    @Test
    void optionsGoToTheirDriverWithoutItsName() {
        StorageComponent storage = bench.start(
                StorageBench.config("", "overlay2.override_kernel_check=true", "devicemapper.thinpooldev=/dev/x=y"));
        assertThat(storage.status("overlay2")).as("as dockerd 20.10 shows it").containsAllEntriesOf(overlay2());
        assertThat(bench.overlay2.calls()).contains("open {override_kernel_check=true}");
        storage.deactivate();
    }

    private static Map<String, String> overlay2() {
        return Map.of("Supports d_type", "true", "Native Overlay Diff", "true", "userxattr", "false");
    }

    @Test
    void anOptionWithoutDriverOrValueIsRefused() {
        for (String option : new String[] {"size=1", "overlay2.size", "overlay2.=1", ".a=1"}) {
            assertFails(Kind.INVALID, option, () -> new DriverOptions("", option));
        }
    }

    @Test
    void anUnknownOptionIsRefusedByTheDriverThatGetsIt() {
        StorageComponent storage = bench.start(StorageBench.config("", "overlay2.nonsense=1"));
        assertFails(Kind.INVALID, "overlay2.nonsense", () -> storage.with("overlay2", store -> store.list()));
        storage.deactivate();
    }
}
