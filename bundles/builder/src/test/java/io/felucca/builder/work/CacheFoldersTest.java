package io.felucca.builder.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.dockerfile.RunMount.Sharing;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheFoldersTest {

    @TempDir
    private Path folder;

    private CacheFolders caches;

    @BeforeEach
    void open() {
        caches = new CacheFolders(folder.resolve("mounts"), new KernelDirectories());
    }

    @Test
    @DisplayName("a cache is made once, and shared by steps that ask for that")
    void sharedCaches() {
        try (CacheFolders.Taken first = caches.take("a", Sharing.SHARED, () -> true);
                CacheFolders.Taken second = caches.take("a", Sharing.SHARED, () -> true);
                CacheFolders.Taken other = caches.take("b", Sharing.LOCKED, () -> true)) {
            assertThat(first.isNew()).isTrue();
            assertThat(second.isNew()).isFalse();
            assertThat(second.path()).isEqualTo(first.path()).isDirectory();
            assertThat(other.path()).isNotEqualTo(first.path());
        }
    }

    @Test
    @DisplayName("a locked cache is waited for, until it is free or the build is cancelled")
    void lockedCaches() throws Exception {
        CompletableFuture<Path> waiting;
        try (CacheFolders.Taken first = caches.take("a", Sharing.LOCKED, () -> true)) {
            waiting = CompletableFuture.supplyAsync(() -> {
                try (CacheFolders.Taken second = caches.take("a", Sharing.LOCKED, () -> true)) {
                    return second.path();
                }
            });
            assertThatThrownBy(() -> caches.take("a", Sharing.SHARED, () -> false))
                    .hasMessage("Build cancelled");
            assertThat(waiting).isNotDone();
        }
        assertThat(waiting.get(60, TimeUnit.SECONDS)).isDirectory();
    }

    @Test
    @DisplayName("a private cache that is in use has another beside it")
    void privateCaches() {
        Path first;
        try (CacheFolders.Taken one = caches.take("a", Sharing.PRIVATE, () -> true);
                CacheFolders.Taken two = caches.take("a", Sharing.PRIVATE, () -> true)) {
            first = one.path();
            assertThat(two.path()).isNotEqualTo(first).isDirectory();
        }
        try (CacheFolders.Taken again = caches.take("a", Sharing.PRIVATE, () -> true)) {
            assertThat(again.path()).isEqualTo(first);
        }
    }

    @Test
    @DisplayName("a prune removes what no step uses, and says how much it held")
    void pruned() throws IOException {
        Path free;
        try (CacheFolders.Taken used = caches.take("a", Sharing.SHARED, () -> true)) {
            try (CacheFolders.Taken other = caches.take("b", Sharing.SHARED, () -> true)) {
                free = other.path();
                Files.createDirectories(free.resolve("deep"));
                Files.write(free.resolve("deep/file"), new byte[1000]);
            }
            assertThat(caches.prune()).isEqualTo(1000);
            assertThat(free).doesNotExist();
            assertThat(used.path()).isDirectory();
        }
    }
}
