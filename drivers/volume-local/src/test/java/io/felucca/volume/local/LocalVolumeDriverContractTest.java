package io.felucca.volume.local;

import static io.felucca.testkit.storage.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.ProjectQuotas;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelProjectQuotas;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.testkit.Content;
import io.felucca.testkit.volume.VolumeDriverContract;
import io.felucca.volume.spi.StoredVolume;
import io.felucca.volume.spi.VolumeDriver;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class LocalVolumeDriverContractTest extends VolumeDriverContract {

    @Override
    protected VolumeDriver driver() {
        return new LocalVolumeDriver(new KernelDirectories(), new KernelMounts(), new KernelProjectQuotas());
    }

    @Test
    void whatTheOptionsSayIsMountedOnlyWhileItIsUsed() {
        StoredVolume volume =
                bench().volume("memory", Map.of("type", "tmpfs", "device", "tmpfs", "o", "size=1m,uid=7,mode=700"));
        driver().create(volume);
        bench().in(driver(), volume, content -> {
            Content.write(content, "x", "in memory");
            assertThat(content.stat().uid()).isEqualTo(7);
            assertThat(content.stat().mode()).isEqualTo(0700);
        });
        bench().in(driver(), volume, content -> assertThat(content.list()).isEmpty());
        driver().remove(volume);
        assertThat(bench().left(volume)).isEmpty();
    }

    /** Where the filesystem counts projects, for a test on one that does not. */
    private static final class CountedLimits implements ProjectQuotas {
        private long bytes;

        @Override
        public void limit(Directory directory, long limitBytes) {
            bytes = limitBytes;
        }

        @Override
        public void share(Directory directory, Directory limited) {
            throw new AssertionError("a volume is one directory");
        }

        @Override
        public void endLimit(Directory directory) {
            assertThat(directory.stat().type()).isEqualTo(FileType.DIRECTORY);
            bytes = 0;
        }
    }

    /** Directories whose trees cannot be removed. */
    private static Directories unremovable() {
        return proxy(Directories.class, new KernelDirectories());
    }

    private static <T> T proxy(Class<T> type, T kernel) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
            if (method.getName().equals("removeTree")) {
                throw FeluccaException.system("a disk that fails");
            }
            Object result = method.invoke(kernel, given);
            return method.getName().equals("open") ? proxy(Directory.class, (Directory) result) : result;
        }));
    }

    @Test
    @DisplayName("A removal that is refused leaves the volume its limit, and one that is done ends it")
    void theLimitEndsWithTheVolume() {
        CountedLimits limits = new CountedLimits();
        StoredVolume volume = bench().volume("sized", Map.of("size", "1m"));
        LocalVolumeDriver driver = new LocalVolumeDriver(new KernelDirectories(), new KernelMounts(), limits);
        driver.create(volume);
        assertFails(
                Kind.SYSTEM,
                "a disk that fails",
                () -> new LocalVolumeDriver(unremovable(), new KernelMounts(), limits).remove(volume));
        assertThat(limits.bytes).isEqualTo(1 << 20);
        driver.remove(volume);
        assertThat(limits.bytes).isZero();
        assertThat(bench().left(volume)).isEmpty();
    }

    @Test
    void aSizeIsRefusedWhereTheFilesystemCountsNoProjects() {
        StoredVolume volume = bench().volume("limited", Map.of("size", "1m"));
        // A tmpfs counts none on any kernel.
        bench().mounts()
                .mount(
                        new io.felucca.storage.spi.Mount(
                                "tmpfs", "tmpfs", "", java.util.List.of(), io.felucca.IdMap.NONE),
                        volume.folder());
        assertFails(Kind.INVALID, "quota size requested but no quota support", () -> driver().create(volume));
        driver().remove(volume);
        assertThat(bench().left(volume)).isEmpty();
    }
}
