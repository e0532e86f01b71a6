package io.felucca.testkit.volume;

import static io.felucca.testkit.Content.bytes;
import static io.felucca.testkit.Content.folder;
import static io.felucca.testkit.Content.names;
import static io.felucca.testkit.Content.read;
import static io.felucca.testkit.Content.write;
import static io.felucca.testkit.storage.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.Stat;
import io.felucca.storage.spi.Mount;
import io.felucca.testkit.KilledProcess;
import io.felucca.volume.spi.StoredVolume;
import io.felucca.volume.spi.VolumeDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every volume driver must do. A driver's test is this class and {@link #driver}; run as root. */
public abstract class VolumeDriverContract {

    private static final int KILLS = 5;

    private VolumeBench bench;

    /** A new instance each time: what one knew another finds on disk. */
    protected abstract VolumeDriver driver();

    /** Of the volumes that are made; they must not make two volumes show the same content. */
    protected Map<String, String> options() {
        return Map.of();
    }

    @BeforeEach
    void open() {
        bench = new VolumeBench(Path.of(System.getProperty("java.io.tmpdir")));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    /** Folders and mounts, for tests of a driver's own. */
    protected VolumeBench bench() {
        return bench;
    }

    private StoredVolume made(String name) {
        StoredVolume volume = bench.volume(name, options());
        driver().check(options());
        driver().create(volume);
        return volume;
    }

    @Test
    void aNewVolumeIsEmptyAndBelongsToRoot() {
        StoredVolume volume = made("new");
        bench.in(driver(), volume, content -> {
            assertThat(content.list()).isEmpty();
            Stat stat = content.stat();
            assertThat(List.of(stat.uid(), stat.gid(), stat.mode())).containsExactly(0, 0, 0755);
        });
    }

    @Test
    @DisplayName("S11 S118 what is written stays when nobody uses the volume, and another instance finds it")
    void whatIsWrittenStays() {
        StoredVolume volume = made("kept");
        bench.in(driver(), volume, content -> write(content, "file", "kept"));
        driver().create(volume);
        bench.in(driver(), volume, content -> assertThat(read(content, "file")).isEqualTo("kept"));
    }

    @Test
    void thePathIsToldWithoutTheVolumeAndNeverChanges() {
        StoredVolume volume = bench.volume("place", options());
        Path before = driver().path(volume);
        assertThat(before).isAbsolute();
        assertThat(before.toString()).matches("\\p{ASCII}*");
        driver().create(volume);
        assertThat(driver().path(volume)).isEqualTo(before);
        bench.in(driver(), volume, content -> assertThat(driver().path(volume)).isEqualTo(before));
    }

    @Test
    @DisplayName("B1 what is mounted of a volume needs no driver, and any instance ends its use")
    void whatIsMountedNeedsNoDriver() {
        StoredVolume volume = made("inuse");
        bench.mount(driver(), volume);
        try (Directory content = bench.open(driver().path(volume))) {
            assertThat(driver().mounts(volume)).as("asked again").isEqualTo(driver().mounts(volume));
            write(content, "file", "written");
        }
        bench.unmount(driver(), volume);
        driver().release(volume);
        bench.in(driver(), volume, content -> assertThat(read(content, "file")).isEqualTo("written"));
    }

    @Test
    void volumesAreApart() {
        List<StoredVolume> volumes = Stream.of("aa", "aa.b", "aa@monday", "0123456789abcdef".repeat(4), "A_b-c")
                .map(this::made)
                .toList();
        for (StoredVolume volume : volumes) {
            bench.in(driver(), volume, content -> write(content, "name", volume.name()));
        }
        driver().remove(volumes.get(0));
        for (StoredVolume volume : volumes.subList(1, volumes.size())) {
            bench.in(
                    driver(),
                    volume,
                    content -> assertThat(read(content, "name")).isEqualTo(volume.name()));
        }
    }

    @Test
    @DisplayName("S136 T20 a removal takes all that is in the volume and the driver's own files, and follows no link")
    void aRemovalTakesAll() throws IOException {
        Path outside = Files.writeString(bench.folder().resolve("outside"), "precious");
        StoredVolume volume = made("gone");
        Files.writeString(volume.folder().resolve("volume.json"), "{}");
        bench.in(driver(), volume, content -> {
            folder(content, "deep", deep -> {
                write(deep, "file", "x");
                deep.makeSymlink(bytes("out"), bytes(bench.folder().toString()));
                deep.makeNode(new byte[] {(byte) 0xff, 'n'}, FileType.FIFO, 0600, 0);
            });
            content.makeSymlink(bytes("link"), bytes(outside.toString()));
        });
        driver().remove(volume);
        assertThat(bench.left(volume)).as("volume.json is the engine's").isSubsetOf("volume.json");
        assertThat(outside).hasContent("precious");
        driver().remove(volume);

        driver().create(volume);
        bench.in(driver(), volume, content -> assertThat(names(content)).isEmpty());
    }

    @Test
    void aVolumeThatWasNeverMadeIsRemoved() {
        StoredVolume volume = bench.volume("never", options());
        driver().remove(volume);
        assertThat(bench.left(volume)).isEmpty();
    }

    @Test
    @DisplayName("A removal never enters a mount: what somebody has mounted in the volume is CONFLICT and stays")
    void aRemovalNeverEntersAMount() {
        StoredVolume volume = made("trap");
        bench.mount(driver(), volume);
        Path inside = driver().path(volume).resolve("inside");
        try (Directory content = bench.open(driver().path(volume))) {
            content.makeDirectory(bytes("inside"), 0755);
        }
        bench.mounts().mount(new Mount("tmpfs", "tmpfs", "", List.of("size=1m"), IdMap.NONE), inside);
        try (Directory mounted = bench.open(inside)) {
            write(mounted, "precious", "x");
            assertFails(Kind.CONFLICT, "", () -> driver().remove(volume));
            assertThat(names(mounted)).containsExactly("precious");
        }
        bench.unmount(driver(), volume);
        driver().remove(volume);
        assertThat(bench.left(volume)).isEmpty();
    }

    @Test
    void anUnknownOptionIsRefusedByName() {
        assertFails(Kind.INVALID, "no-such-option", () -> driver().check(Map.of("no-such-option", "x")));
    }

    @Test
    void manyAreMadeAndRemovedAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            VolumeDriver driver = driver();
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                StoredVolume volume = bench.volume("many" + i, options());
                all.add(threads.submit(() -> {
                    driver.create(volume);
                    bench.in(driver, volume, content -> write(content, "name", volume.name()));
                    bench.in(
                            driver,
                            volume,
                            content -> assertThat(read(content, "name")).isEqualTo(volume.name()));
                    driver.remove(volume);
                    assertThat(bench.left(volume)).isEmpty();
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @DisplayName("After kill -9 at any instant each volume can be made again, used and removed")
    void afterAKillEachVolumeIsMadeOrRemoved() throws Exception {
        Path volumes = bench.folder().resolve("volumes");
        Random random = new Random(5);
        for (int round = 0; round < KILLS; round++) {
            KilledProcess.run(
                    bench.folder(),
                    20 + random.nextInt(300),
                    VolumeCrashWorkload.class,
                    getClass().getName(),
                    volumes.toString());
            try (Stream<Path> list = Files.list(volumes)) {
                for (Path folder : list.toList()) {
                    StoredVolume volume = bench.volume(folder.getFileName().toString(), options());
                    if (Files.exists(folder.resolve("volume.json"))) {
                        bench.in(driver(), volume, content -> write(content, "whole", "x"));
                    } else if (random.nextBoolean()) {
                        driver().create(volume);
                        bench.in(
                                driver(),
                                volume,
                                content -> assertThat(names(content)).isEmpty());
                    }
                    driver().remove(volume);
                    assertThat(bench.left(volume)).isSubsetOf("volume.json");
                    Files.deleteIfExists(folder.resolve("volume.json"));
                    Files.delete(folder);
                }
            }
        }
    }
}
