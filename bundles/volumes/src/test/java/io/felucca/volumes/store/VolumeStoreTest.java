package io.felucca.volumes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.engine.Drivers;
import io.felucca.events.Events;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelProjectQuotas;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.volume.local.LocalVolumeDriver;
import io.felucca.volumes.Volume;
import io.felucca.volumes.VolumeSpec;
import io.felucca.volumes.VolumeUsers;
import io.felucca.volumes.store.VolumeRecord.State;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes on real folders, with the local driver. */
class VolumeStoreTest {

    @TempDir
    Path root;

    private final KernelDirectories directories = new KernelDirectories();
    private final KernelMounts kernel = new KernelMounts();
    private final List<String> told = new ArrayList<>();
    private final List<VolumeUsers.Use> uses = new ArrayList<>();
    private boolean driverIsThere = true;
    private VolumeFiles files;
    private VolumeRegistry registry;
    private VolumeStore store;
    private VolumeUse use;

    /** Refuses a lease within another. */
    private final Drivers drivers = new Drivers() {
        private boolean isLeased;

        @Override
        public <D> Lease<D> lease(Class<D> kind, String name) {
            if (!name.equals("local")) {
                throw FeluccaException.notFound("no driver " + name);
            }
            if (!driverIsThere) {
                throw FeluccaException.unavailable("volume driver local is away");
            }
            assertThat(isLeased).as("a lease is held within another").isFalse();
            isLeased = true;
            D driver = kind.cast(new LocalVolumeDriver(directories, kernel, new KernelProjectQuotas()));
            return new Lease<>() {
                @Override
                public D driver() {
                    return driver;
                }

                @Override
                public boolean lost() {
                    return false;
                }

                @Override
                public void close() {
                    isLeased = false;
                }
            };
        }

        @Override
        public Watch watch(Class<?> kind, Runnable came) {
            throw new IllegalStateException(kind.getName());
        }

        @Override
        public List<String> names(Class<?> kind) {
            return List.of("local");
        }
    };

    private final VolumeUsers users = new VolumeUsers() {
        @Override
        public List<Use> usesOf(String volume) {
            return volume.equals("used") ? uses : List.of();
        }

        @Override
        public Hold hold(String volume) {
            return () -> {};
        }
    };

    /** As an engine that starts. */
    @BeforeEach
    void open() {
        Events events = (Events) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Events.class}, (proxy, method, arguments) -> {
                    told.add(arguments[1] + " " + arguments[2]);
                    return null;
                });
        files = new VolumeFiles(root.resolve("volumes"), directories);
        CountedMounts mounts = new CountedMounts(drivers, kernel, files);
        registry = new VolumeRegistry(files, drivers, mounts, directories);
        store = new VolumeStore(files, drivers, directories, mounts, registry, () -> List.of(users), events, "local");
        use = new VolumeUse(registry, mounts, store::uses);
    }

    @AfterEach
    void close() {
        kernel.close();
    }

    private Volume make(String name) {
        return store.create(new VolumeSpec(name, "", Map.of(), Map.of()));
    }

    private void write(String name, String file) throws IOException {
        Files.writeString(store.get(name).mountpoint().resolve(file), "x");
    }

    @Test
    void aVolumeIsOnDiskWhenItHasBeenMade() throws IOException {
        Volume made = store.create(new VolumeSpec("data", "", Map.of(), Map.of("k", "v")));
        write("data", "f");
        open();

        assertThat(store.get("data")).isEqualTo(made);
        assertThat(made.mountpoint()).isEqualTo(root.resolve("volumes/data/_data"));
        assertThat(make("data")).as("made again it stays what it is").isEqualTo(made);
        assertThat(store.sizeBytes("data")).isEqualTo(1);
        assertThat(told).containsExactly("create data");
    }

    @Test
    @DisplayName("A volume gets its first content without its driver leased: the driver may be replaced meanwhile")
    void fillingHoldsNoLease() {
        Volume made = store.create(new VolumeSpec("data", "", Map.of(), Map.of()), content -> {
            assertThat(content).isEmptyDirectory();
            make("other");
        });

        assertThat(made.mountpoint()).isEqualTo(root.resolve("volumes/data/_data"));
        assertThat(told).containsExactly("create other", "create data");
    }

    @Test
    @DisplayName("S120 a volume without a name gets 64 hexadecimal digits and a label that says so")
    void anAnonymousVolume() {
        Volume volume = make("");
        assertThat(volume.name()).matches("[0-9a-f]{64}");
        assertThat(volume.isAnonymous()).isTrue();
        assertThat(store.prune(Map.of()).names()).containsExactly(volume.name());
    }

    @Test
    void whatIsRefusedLeavesNothing() {
        assertThatThrownBy(() -> store.create(new VolumeSpec("aa", "", Map.of("foo", "bar"), Map.of())))
                .hasMessage("create aa: invalid option: \"foo\"");
        assertThatThrownBy(() -> store.create(new VolumeSpec("aa", "nosuch", Map.of(), Map.of())))
                .hasMessage("create aa: error looking up volume plugin nosuch: plugin \"nosuch\" not found");
        assertThatThrownBy(() -> make("a")).hasMessageContaining("volume name is too short");
        assertThatThrownBy(() -> make("a/b")).hasMessageContaining("includes invalid characters");
        assertThatThrownBy(() -> make("x".repeat(201))).hasMessageContaining("is too long");
        assertThat(root.resolve("volumes")).isEmptyDirectory();
        assertThat(store.list(Map.of())).isEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    void aVolumeInUseIsNotRemovedAndKeepsItsSnapshots() {
        make("used");
        store.createSnapshot("used@one", Map.of(), content -> {});
        uses.add(new VolumeUsers.Use("0123", false));
        assertThatThrownBy(() -> store.remove("used", true)).hasMessage("remove used: volume is in use - [0123]");
        assertThat(store.snapshotsOf("used")).hasSize(1);
        uses.clear();
        assertThatThrownBy(() -> store.remove("used", false)).hasMessageContaining("volume has snapshots - [used@one]");
        store.remove("used", true);
        assertThat(root.resolve("volumes")).isEmptyDirectory();
        assertThatThrownBy(() -> store.remove("used", false))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
        store.remove("used", true);
    }

    @Test
    void whileTheDriverIsAwayNothingIsLost() throws IOException {
        make("kept");
        write("kept", "f");
        driverIsThere = false;
        assertThatThrownBy(() -> store.remove("kept", false))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
        assertThatThrownBy(() -> make("other")).hasMessageContaining("away");
        open();
        assertThat(store.list(Map.of())).extracting(Volume::name).containsExactly("kept");
        driverIsThere = true;
        assertThat(use.mount("kept", "c1").resolve("f")).exists();
    }

    @Test
    @DisplayName("What an engine that was killed had under way is undone or finished by the next")
    void whatWasUnderWay() throws IOException {
        for (State state : List.of(State.CREATING, State.FILLING, State.REMOVING)) {
            String name = state.name().toLowerCase(java.util.Locale.ROOT);
            make(name);
            write(name, "part");
            files.write(registry.find(name).orElseThrow().with(state));
        }
        make("restoring");
        write("restoring", "half");
        store.createSnapshot("restoring@one", Map.of(), content -> {});
        write("restoring@one", "whole");
        files.write(registry.find("restoring").orElseThrow().restoring("restoring@one"));
        Files.createDirectory(root.resolve("volumes/unnamed"));
        open();
        assertThat(store.list(Map.of())).extracting(Volume::name).containsExactly("filling", "restoring");
        registry.recover();

        assertThat(store.get("filling").mountpoint()).isEmptyDirectory();
        assertThat(store.get("restoring").mountpoint().resolve("whole")).exists();
        assertThat(store.get("restoring").mountpoint().resolve("half")).doesNotExist();
        try (var folders = Files.list(root.resolve("volumes"))) {
            assertThat(folders.map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrder("filling", "restoring", "restoring@one");
        }
    }

    private void snapshot(String name) throws IOException {
        make("data");
        store.createSnapshot(name, Map.of(), content -> {});
        write(name, "whole");
    }

    /** As an engine leaves it that is killed while it restores. */
    private void leaveRestoring() {
        files.write(registry.find("data").orElseThrow().restoring("data@one"));
        open();
    }

    @Test
    @DisplayName("A volume that is copied or imported into is not restored meanwhile: the copy would be torn")
    void restoreWaitsForNoCopy() throws IOException {
        snapshot("data@one");
        write("data", "now");
        use.mount("data", "copy-7");
        assertThatThrownBy(() -> use.restore("data", "data@one"))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
                .hasMessage("restore data: volume is in use - [copy-7]: try again when that has ended");
        assertThat(store.get("data").mountpoint().resolve("now")).exists();
        use.unmount("data", "copy-7");
        use.restore("data", "data@one");
        assertThat(store.get("data").mountpoint().resolve("whole")).exists();
    }

    @Test
    @DisplayName("A container that has ended keeps nobody from restoring, though its mount may last a moment longer")
    void restoreAsksContainers() {
        make("used");
        store.createSnapshot("used@one", Map.of(), content -> {});
        use.mount("used", "0123");
        uses.add(new VolumeUsers.Use("0123", true));
        assertThatThrownBy(() -> use.restore("used", "used@one")).hasMessageContaining("running containers - [0123]");
        uses.set(0, new VolumeUsers.Use("0123", false));
        use.restore("used", "used@one");
    }

    @Test
    @DisplayName("Without its snapshot, or with its driver away, a restore takes nothing from the volume")
    void restoreHasItsSourceFirst() throws IOException {
        snapshot("data@one");
        write("data", "now");
        assertThatThrownBy(() -> use.restore("data", "data@two")).hasMessage("get data@two: no such volume");
        driverIsThere = false;
        assertThatThrownBy(() -> use.restore("data", "data@one"))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
        assertThat(store.get("data").mountpoint().resolve("now")).exists();
        assertThat(registry.find("data").orElseThrow().state()).isEqualTo(State.READY);
    }

    @Test
    @DisplayName(
            "A snapshot that a volume is being restored from goes only with the volume, which needs no finishing then")
    void aSnapshotThatIsNeededStays() throws IOException {
        snapshot("data@one");
        leaveRestoring();
        assertThatThrownBy(() -> store.remove("data@one", true))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
                .hasMessageContaining("volume data is being restored from it");
        assertThat(use.mount("data", "c1").resolve("whole")).exists();
        use.unmount("data", "c1");
        leaveRestoring();
        store.remove("data", true);
        assertThat(root.resolve("volumes")).isEmptyDirectory();
    }

    @Test
    @DisplayName("A volume that nothing can finish restoring or filling can be removed")
    void whatIsRemovedNeedsNoFinishing() throws IOException {
        snapshot("data@one");
        leaveRestoring();
        files.removeFolder("data@one");
        open();
        assertThatThrownBy(() -> use.mount("data", "c1")).hasMessageContaining("data@one");
        store.remove("data", false);

        make("filling");
        files.write(registry.find("filling").orElseThrow().with(State.FILLING));
        open();
        Path content = store.get("filling").mountpoint();
        Files.delete(content);
        store.remove("filling", false);
        assertThat(root.resolve("volumes")).isEmptyDirectory();
    }

    @Test
    @DisplayName("Filters of ls and prune are Docker's")
    void filters() {
        store.create(new VolumeSpec("used", "", Map.of(), Map.of("k", "v", "l", "")));
        store.create(new VolumeSpec("idle", "", Map.of(), Map.of("k", "w")));
        store.create(new VolumeSpec("odd", "", Map.of("type", "tmpfs", "device", "tmpfs"), Map.of()));
        Volume anonymous = make("");
        uses.add(new VolumeUsers.Use("0123", true));

        assertThat(names("label", "k")).containsExactly("idle", "used");
        assertThat(names("label", "k=v", "l")).containsExactly("used");
        assertThat(names("name", "dl")).containsExactly("idle");
        assertThat(names("dangling", "true")).contains("idle", anonymous.name()).doesNotContain("used");
        assertThat(names("dangling", "0")).containsExactly("used");
        assertThat(names("driver", "other")).isEmpty();
        assertThatThrownBy(() -> names("nosuch", "x")).hasMessage("Invalid filter 'nosuch'");
        assertThat(store.prune(Map.of("label!", List.of("k"))).names()).containsExactly(anonymous.name());
        assertThat(store.prune(Map.of()).names())
                .as("named ones only when asked for")
                .isEmpty();
        assertThat(store.prune(Map.of("all", List.of("true"))).names())
                .as("but for what has options")
                .containsExactly("idle");
        assertThat(told)
                .as("as dockerd tells it: not each one that was pruned")
                .contains("prune ")
                .noneMatch(event -> event.startsWith("destroy"));
    }

    private List<String> names(String filter, String... values) {
        return store.list(Map.of(filter, List.of(values))).stream()
                .map(Volume::name)
                .toList();
    }

    @Test
    @DisplayName(
            "issue 11: whatever bit of a volume's record is flipped, it can be shown or is left alone, content and all")
    void anyFlippedBitOfARecord() throws IOException {
        make("one");
        make("two");
        Path file = root.resolve("volumes/one/volume.json");
        Path content = Files.writeString(root.resolve("volumes/one/_data/file"), "kept");
        byte[] good = Files.readAllBytes(file);
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, bad);

            List<VolumeRecord> read = new VolumeFiles(root.resolve("volumes"), directories).all();
            assertThat(read).extracting(VolumeRecord::name).contains("two");
            read.forEach(record -> assertThat(record.volume().name()).isNotNull());
            assertThat(content).hasContent("kept");
        }
        Files.write(file, new byte[0]);
        assertThat(new VolumeFiles(root.resolve("volumes"), directories).all())
                .extracting(VolumeRecord::name)
                .containsExactly("two");
        assertThat(content).hasContent("kept");
    }
}
