package io.felucca.builder.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.Digest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepCacheTest {

    private static final Digest IMAGE = new Digest("sha256:" + "a".repeat(64));

    @TempDir
    Path folder;

    @Test
    @DisplayName("builds that make one step at once all put it into the cache, where it is once")
    void manyMakeTheSame() throws Exception {
        StepCache cache = new StepCache(folder);
        List<CompletableFuture<Void>> builds = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            builds.add(CompletableFuture.runAsync(() -> {
                for (int n = 0; n < 1000; n++) {
                    cache.put("key", IMAGE);
                    assertThat(cache.known()).extracting(StepCache.Known::key).containsExactly("key");
                }
            }));
        }
        for (CompletableFuture<Void> build : builds) {
            build.get(60, TimeUnit.SECONDS);
        }
        assertThat(cache.find("key", UnaryOperator.identity())).contains(IMAGE);
    }
}
