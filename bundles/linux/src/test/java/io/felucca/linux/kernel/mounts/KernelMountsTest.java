package io.felucca.linux.kernel.mounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.linux.MountInfo;
import io.felucca.linux.files.Directory;
import io.felucca.storage.spi.Mount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs root. */
@Tag("root")
class KernelMountsTest {

    @TempDir
    Path folder;

    private final KernelMounts mounts = new KernelMounts();
    private Path target;

    @BeforeEach
    void prepare() throws IOException {
        target = Files.createDirectory(folder.resolve("target"));
    }

    @AfterEach
    void leaveNothingMounted() {
        List<MountInfo> left = new ArrayList<>(mounts.list());
        left.removeIf(mount -> !mount.mountPoint().startsWith(folder.toString()));
        left.forEach(mount -> mounts.unmount(Path.of(mount.mountPoint()), true));
        mounts.close();
        assertThat(left).isEmpty();
    }

    private Path folder(String name, String file) throws IOException {
        Path made = Files.createDirectories(folder.resolve(name));
        Files.writeString(made.resolve(file), name);
        return made;
    }

    @Test
    void aReadOnlyBindCannotBeWritten() throws IOException {
        Path source = folder("source", "f");
        mounts.mount(Mount.bind(source.toString(), "ro", "nosuid"), target);

        MountInfo info = mounts.find(target).orElseThrow();
        assertThat(info.options().split(",")).contains("ro", "nosuid");
        assertThatThrownBy(() -> Files.writeString(target.resolve("g"), "x")).hasMessageContaining("Read-only");
        assertThat(mounts.unmount(target, false)).isTrue();
        assertThat(mounts.unmount(target, false)).isFalse();
        assertThat(mounts.find(target)).isEmpty();
    }

    @Test
    void aTreeIsDetachedWhateverIsMountedAtAndBelowIt() throws IOException {
        Path source = folder("source", "f");
        Path below = Files.createDirectory(source.resolve("below"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        for (int i = 0; i < 2; i++) {
            mounts.mount(Mount.bind(source.toString()), target);
        }
        mounts.mount(Mount.bind(source.toString()), target.resolve("below"));

        mounts.detachTree(link);
        assertThat(mounts.find(target)).isPresent();
        mounts.detachTree(target);
        mounts.detachTree(target);
        mounts.detachTree(folder.resolve("missing"));

        assertThat(mounts.list()).noneMatch(mount -> mount.mountPoint().startsWith(target.toString()));
        assertThat(below).isEmptyDirectory();
    }

    private Mount overlay(List<Path> lower) throws IOException {
        Files.createDirectories(folder.resolve("upper"));
        Files.createDirectories(folder.resolve("work"));
        List<String> paths =
                lower.stream().map(path -> path.toString().replace(":", "\\:")).toList();
        return new Mount(
                "overlay",
                "overlay",
                "",
                List.of(
                        "lowerdir=" + String.join(":", paths),
                        "upperdir=" + folder.resolve("upper"),
                        "workdir=" + folder.resolve("work"),
                        "index=off"),
                IdMap.NONE);
    }

    private List<Path> manyLayers(int count) throws IOException {
        List<Path> lower = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lower.add(folder("a-layer-with-a-rather-long-name-" + "x".repeat(40) + i, "f" + i));
        }
        return lower;
    }

    private void assertShows(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            assertThat(target.resolve("f" + i)).exists();
        }
        Files.writeString(target.resolve("new"), "x");
        assertThat(folder.resolve("upper/new")).exists();
        mounts.unmount(target, false);
    }

    @Test
    void anOverlayTakesMoreLayersThanAPageOfOptions() throws IOException {
        mounts.mount(overlay(manyLayers(300)), target);
        assertShows(300);
    }

    @Test
    void anOverlayOfManyLayersIsMadeOnOldKernelsByLinks() throws IOException {
        new OverlayMount(overlay(manyLayers(300)), target.toString()).makeByLinks();
        assertShows(300);
        assertThat(Path.of("").toAbsolutePath()).isEqualTo(Path.of(System.getProperty("user.dir")));
    }

    @Test
    void aDetachedFilesystemIsAtNoPlace() {
        Mount tmpfs = new Mount("tmpfs", "tmpfs", "", List.of("size=1m", "mode=0711"), IdMap.NONE);
        try (Directory root = mounts.openDetached(tmpfs)) {
            assertThat(root.stat().mode()).isEqualTo(0711);
            root.makeDirectory("d".getBytes(StandardCharsets.US_ASCII), 0755);
            assertThat(root.list()).hasSize(1);
            long device = root.stat().device();
            assertThat(mounts.list()).noneMatch(mount -> ((long) mount.major() << 32 | mount.minor()) == device);
        }
    }

    @Test
    void aLayerMayHaveAColonInItsPath() throws IOException {
        mounts.mount(overlay(List.of(folder("with:colon", "f0"))), target);
        assertShows(1);
        new OverlayMount(overlay(List.of(folder("with:colon", "f0"))), target.toString()).makeByLinks();
        assertShows(1);
    }

    @Test
    void whatTheKernelRefusesIsToldWithItsOptions() {
        Mount mount = new Mount("overlay", "overlay", "", List.of("lowerdir=/no/such"), IdMap.NONE);
        assertThatThrownBy(() -> mounts.mount(mount, target))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SYSTEM))
                .hasMessage("mount an overlay of 1 lower directories on " + target
                        + ": ENOENT (No such file or directory); the kernel's log (dmesg) has the reason."
                        + " Options: [lowerdir=/no/such]");
    }

    @Test
    void S8_anIdMappedBindShowsShiftedOwners() throws IOException {
        Path source = folder("source", "f");
        IdMap map =
                new IdMap(List.of(new IdMap.Range(0, 100_000, 65_536)), List.of(new IdMap.Range(0, 200_000, 65_536)));
        mounts.mount(new Mount("bind", source.toString(), "", List.of("ro"), map), target);

        assertThat(Files.getAttribute(target.resolve("f"), "unix:uid")).isEqualTo(100_000);
        assertThat(Files.getAttribute(target.resolve("f"), "unix:gid")).isEqualTo(200_000);
        assertThat(Files.getAttribute(source.resolve("f"), "unix:uid")).isEqualTo(0);
        assertThatThrownBy(() -> Files.writeString(target.resolve("g"), "x")).hasMessageContaining("Read-only");
        mounts.unmount(target, false);
    }

    @Test
    void stagingMountsComeFirstAndGoLast() throws IOException {
        Path source = folder("source", "f");
        Path staging = folder.resolve("staging/deep");
        List<Mount> all = List.of(
                Mount.bind(staging.toString(), "ro"),
                new Mount("bind", source.toString(), staging.toString(), List.of(), IdMap.NONE));
        mounts.mountAll(all, target);
        assertThat(target.resolve("f")).hasContent("source");
        mounts.unmountAll(all, target);
        mounts.unmountAll(all, target);
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void aFailureUndoesWhatWasMounted() throws IOException {
        Path source = folder("source", "f");
        List<Mount> all =
                List.of(Mount.bind(source.toString()), new Mount("bind", folder + "/none", "", List.of(), IdMap.NONE));
        assertThatThrownBy(() -> mounts.mountAll(all, target))
                .hasMessage("mount " + folder + "/none:" + target + ", flags: 0x1000: no such file or directory");
        assertThat(mounts.find(target)).isEmpty();
    }

    @Test
    void T5_aMountBelowAHostileRootStaysInIt() throws IOException {
        Path source = folder("source", "f");
        Path root = Files.createDirectories(folder.resolve("root"));
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Files.createSymbolicLink(root.resolve("mnt"), outside);
        List<Mount> all = List.of(
                Mount.bind(root.toString()), new Mount("bind", source.toString(), "mnt", List.of(), IdMap.NONE));
        assertThatThrownBy(() -> mounts.mountAll(all, target)).hasMessageContaining("ENOENT");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void aBusyMountIsAConflict() throws IOException {
        mounts.mount(Mount.bind(folder("source", "f").toString()), target);
        try (var open = Files.newInputStream(target.resolve("f"))) {
            assertThat(open.read()).isPositive();
            assertThatThrownBy(() -> mounts.unmount(target, false))
                    .isInstanceOfSatisfying(
                            FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
                    .hasMessage("cannot unmount " + target + ": it is in use");
        }
        assertThat(mounts.unmount(target, false)).isTrue();
    }

    @Test
    void aTmpfsIsMountedPrivate() {
        mounts.mount(
                new Mount("tmpfs", "tmpfs", "", List.of("size=1m", "mode=700", "noexec", "shared"), IdMap.NONE),
                target);
        MountInfo info = mounts.find(target).orElseThrow();
        assertThat(info.type()).isEqualTo("tmpfs");
        assertThat(info.superOptions()).contains("size=1024k");
        assertThat(info.propagation()).startsWith("shared:");
        mounts.makePrivate(target, false);
        assertThat(mounts.find(target).orElseThrow().propagation()).isEmpty();
        mounts.unmount(target, false);
    }

    @Test
    void mountinfoLinesAreUnescaped() {
        List<MountInfo> parsed = MountTable.parse("36 35 98:0 /mnt1 /a\\040b\\134c rw,noatime master:1 shared:2 - ext3 "
                + "/dev/root rw,errors=continue\n37 35 0:5 / /d rw - proc  rw\n");
        assertThat(parsed)
                .containsExactly(
                        new MountInfo(
                                36,
                                35,
                                98,
                                0,
                                "/mnt1",
                                "/a b\\c",
                                "rw,noatime",
                                "master:1 shared:2",
                                "ext3",
                                "/dev/root",
                                "rw,errors=continue"),
                        new MountInfo(37, 35, 0, 5, "/", "/d", "rw", "", "proc", "", "rw"));
    }
}
