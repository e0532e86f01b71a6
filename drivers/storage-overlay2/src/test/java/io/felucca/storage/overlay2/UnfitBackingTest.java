package io.felucca.storage.overlay2;

import static io.felucca.testkit.storage.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelProjectQuotas;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.Mount;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Roots on which an overlay cannot work, real ones. */
@Tag("root")
class UnfitBackingTest {

    private final KernelDirectories directories = new KernelDirectories();
    private final KernelMounts mounts = new KernelMounts();
    private final Overlay2Driver driver = new Overlay2Driver(directories, mounts, new KernelProjectQuotas());
    private Path folder;
    private Path place;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("felucca-unfit-");
        place = Files.createDirectory(folder.resolve("place"));
    }

    @AfterEach
    void clean() throws IOException {
        mounts.unmount(place, true);
        mounts.close();
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted((a, b) -> b.compareTo(a)).map(Path::toFile).forEach(File::delete);
        }
    }

    @Test
    @DisplayName("S97 a root on an overlay is refused with the reason and the remedy")
    void S97_aRootOnAnOverlayIsRefused() throws IOException {
        for (String part : List.of("lower", "upper", "work")) {
            Files.createDirectory(folder.resolve(part));
        }
        mounts.mount(
                new OverlayOptions()
                        .writable(
                                List.of(folder.resolve("lower").toString()),
                                folder.resolve("upper"),
                                folder.resolve("work")),
                place);
        assertUnfit(
                "overlay2 is not supported over overlayfs, which cannot hold the upper directory of another overlay ("
                        + place + "): put the data root on ext4, xfs or btrfs, or use the storage driver vfs");
    }

    @Test
    @DisplayName("S97 a filesystem without d_type is refused with the reason and the remedy")
    void S97_aFileSystemWithoutFileTypesIsRefused() throws Exception {
        mountImage("mkfs.ext4", "-q", "-O", "^filetype");
        assertUnfit("overlay2: the backing extfs filesystem of " + place + " is formatted without d_type support, which"
                + " leads to incorrect behavior. Reformat the filesystem with ftype=1 (xfs) or the feature filetype (ext4)"
                + " to enable d_type support. Backing filesystems without d_type support are not supported.");
    }

    @Test
    @DisplayName("S97 a filesystem without extended attributes is refused, and vfs is named as the way out")
    void S97_aFileSystemWithoutExtendedAttributesIsRefused() {
        mounts.mount(new Mount("ramfs", "ramfs", "", List.of(), IdMap.NONE), place);
        assertThat(driver.probe(place, Map.of()).orElseThrow())
                .startsWith("overlay2 cannot work on " + place)
                .contains("ext4, xfs or btrfs")
                .contains("vfs");
        assertThat(place).isEmptyDirectory();
    }

    @Test
    @DisplayName(
            "issue 11: a full disk with layers on it is fit, so that they can be removed; one without is told of it")
    void aFullDisk() throws IOException {
        mounts.mount(new Mount("tmpfs", "tmpfs", "", List.of("nr_inodes=200"), IdMap.NONE), place);
        fill();
        assertThat(driver.probe(place, Map.of()).orElseThrow()).contains("No space left on device");
        empty();
        LayerStore store = driver.open(place, Map.of());
        store.prepare("layer", "", IdMap.NONE);
        store.close();
        fill();

        assertThat(driver.probe(place, Map.of())).isEmpty();
        store = driver.open(place, Map.of());
        store.remove("layer");
        assertThat(store.list()).isEmpty();
        store.close();
        empty();
        assertThat(driver.probe(place, Map.of())).isEmpty();
    }

    private void fill() throws IOException {
        try {
            for (int i = 0; ; i++) {
                Files.createFile(place.resolve("filler" + i));
            }
        } catch (FileSystemException full) {
            assertThat(full).hasMessageContaining("No space left on device");
        }
    }

    private void empty() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(place, "filler*")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    @Test
    void aRootOnExt4Works() throws Exception {
        mountImage("mkfs.ext4", "-q");
        assertThat(driver.probe(place, Map.of())).isEmpty();
        try (var store = driver.open(place, Map.of())) {
            store.prepare("a", "", IdMap.NONE);
        }
    }

    private void assertUnfit(String reason) {
        assertThat(driver.probe(place, Map.of())).isEqualTo(Optional.of(reason));
        assertFails(Kind.UNSUPPORTED, reason, () -> driver.open(place, Map.of()));
        assertThat(place.toFile().list((dir, name) -> !name.equals("lost+found")))
                .isEmpty();
    }

    private void mountImage(String... makeFileSystem) throws Exception {
        Path image = folder.resolve("image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(64 << 20);
        }
        run(Stream.concat(Stream.of(makeFileSystem), Stream.of(image.toString()))
                .toList());
        run(List.of("mount", "-o", "loop", image.toString(), place.toString()));
    }

    private static void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(command + ": " + output).isZero();
    }
}
