package io.felucca.images.remove;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.Digest;
import io.felucca.images.Image;
import io.felucca.images.ImageContent.Document;
import io.felucca.images.ImageContent.Incoming;
import io.felucca.images.ImageContent.Outgoing;
import io.felucca.images.ImageReference;
import io.felucca.images.Images;
import io.felucca.images.remove.DiskPressure.Marks;
import io.felucca.images.remove.DiskPressure.Space;
import io.felucca.images.store.FlatLayerWriter;
import io.felucca.images.store.FolderStorage;
import io.felucca.images.store.TestStore;
import io.felucca.images.transfer.ImageTransfer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each image takes thirty of the disk's hundred bytes, unless a test says otherwise. */
@DisplayName("Collection of unused images on a full disk (B12)")
class DiskPressureTest {

    private static final Marks MARKS = new Marks(80, 65);

    @TempDir
    Path folder;

    private final AtomicInteger looks = new AtomicInteger();
    private final SetClock clock = new SetClock();
    private DiskPressure.Supplies disk = () -> {
        long used = 30L * store().images.list(true, Map.of()).size();
        return new Space(used, 100 - used);
    };
    private TestStore store;

    private static final class SetClock extends Clock {

        private Instant now = Instant.now();

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeEach
    void open() {
        store = new TestStore(
                folder,
                new FolderStorage(folder.resolve("storage"), "one", "two"),
                new FlatLayerWriter(),
                () -> {
                    looks.incrementAndGet();
                    return disk.measure();
                },
                clock);
    }

    private TestStore store() {
        return store;
    }

    /** An image that a registry has too, used an hour after the one before. */
    private Digest pushed(String name, String content) {
        Digest id = used(name, content);
        try (Outgoing image = new ImageTransfer(store.images).send(ImageReference.parse(name))) {
            image.pushed(new ImageReference(
                    "registry.example", "app", "", image.manifestDigest().value()));
        }
        return id;
    }

    private Digest used(String name, String content) {
        Digest id = store.importFile(content, name);
        clock.now = clock.now.plus(Duration.ofHours(1));
        store.images.unpack(id, "one");
        return id;
    }

    private List<Digest> left() {
        return store.images.list(true, Map.of()).stream().map(Image::id).toList();
    }

    private void later() {
        clock.now = clock.now.plus(Duration.ofHours(1));
    }

    @Test
    @DisplayName("B12: before an image arrives on a full disk, those unused longest go until it is below the low mark")
    void theLongestUnusedGoFirst() {
        Digest second = pushed("a:1", "1");
        Digest first = pushed("b:1", "2");
        Digest third = pushed("c:1", "3");
        later();
        store.images.unpack(second, "one");
        later();
        store.images.configure(MARKS);

        Digest arrived = store.importFile("4", "d:1");

        assertThat(left()).containsExactlyInAnyOrder(second, third, arrived).doesNotContain(first);
        assertThat(store.layers("one")).hasSize(3);
        assertThat(store.told).anyMatch(line -> line.startsWith("image delete " + first));
    }

    @Test
    @DisplayName("B12: what a container has, what was used just now, and what no registry has stays on a full disk too")
    void whatIsNeededStays() {
        Digest running = pushed("a:1", "1");
        store.use(running, "ddd536016f2f", false);
        Digest own = used("b:1", "2");
        Digest justUsed = pushed("c:1", "3");
        clock.now = clock.now.plus(Duration.ofSeconds(119));
        disk = () -> new Space(100, 0);
        store.images.configure(MARKS);

        Digest arrived = store.importFile("4", "d:1");

        assertThat(left()).containsExactlyInAnyOrder(running, own, justUsed, arrived);
    }

    @Test
    @DisplayName("B12: an image counts as used until its last container was seen gone")
    void aContainersEndIsAUse() {
        Digest longRunning = pushed("a:1", "1");
        Digest other = pushed("b:1", "2");
        store.use(longRunning, "ddd536016f2f", true);
        disk = () -> new Space(100, 0);
        store.images.configure(new Marks(80, 79));
        clock.now = clock.now.plus(Duration.ofMinutes(1));
        store.importFile("3", "c:1");
        assertThat(left()).contains(longRunning, other);
        store.uses.clear();
        later();
        disk = () -> new Space(90, 10);

        store.importFile("4", "d:1");

        assertThat(left()).contains(longRunning).doesNotContain(other);
    }

    @Test
    @DisplayName("B12: no more images go than make the room, though drivers give it back later")
    void whatWasRemovedIsCounted() {
        String large = "x".repeat(1000);
        for (String name : List.of("a:1", "b:1", "c:1")) {
            pushed(name, name + large);
        }
        later();
        disk = () -> new Space(81_000, 19_000);
        store.images.configure(new Marks(80, 79));

        store.importFile("4", "d:1");

        assertThat(left()).hasSize(3);
    }

    @Test
    @DisplayName("B12: the image that is being pulled again does not go to make room for itself")
    void whatIsPulledStays() {
        Digest wanted = pushed("a:1", "1");
        Digest other = pushed("b:1", "2");
        Document manifest;
        try (Outgoing image = new ImageTransfer(store.images).send(ImageReference.parse("a:1"))) {
            manifest = image.manifest();
        }
        later();
        disk = () -> new Space(100, 0);
        store.images.configure(MARKS);

        try (Incoming image = new ImageTransfer(store.images).receive(manifest)) {
            assertThat(image.layers()).allMatch(image::has);
        }

        assertThat(left()).containsExactly(wanted).doesNotContain(other);
    }

    @Test
    @DisplayName("B12: below the high mark nothing goes, and without marks the disk is not even looked at")
    void itIsOffUnlessAsked() {
        pushed("a:1", "1");
        pushed("b:1", "2");
        later();
        assertThat(looks).hasValue(0);
        store.images.configure(MARKS);

        store.importFile("3", "c:1");

        assertThat(looks).hasValue(1);
        assertThat(left()).hasSize(3);
    }

    @Test
    @DisplayName("B12: a disk that cannot be looked at hinders nothing")
    void aFailureHindersNothing() {
        disk = () -> {
            throw new IOException("Input/output error");
        };
        store.images.configure(MARKS);

        assertThat(store.images.get(store.importFile("1", "a:1").value()).tags())
                .containsExactly("a:1");
    }

    @Test
    @DisplayName("B12: percents are those of df")
    void percentsAreThoseOfDf() {
        assertThat(new Space(0, 0).percent()).isZero();
        assertThat(new Space(1, 999).percent()).isEqualTo(1);
        assertThat(new Space(800, 200).percent()).isEqualTo(80);
        assertThat(new Space(801, 199).percent()).isEqualTo(81);
        assertThat(new Space(900, 100).above(80)).isEqualTo(100);
    }

    @Test
    @DisplayName("B12: what is loaded makes room, too")
    void loadMakesRoom() {
        Digest old = pushed("a:1", "1");
        byte[] archive = store.save("a:1");
        pushed("b:1", "2");
        pushed("c:1", "3");
        later();
        store.images.configure(MARKS);

        List<Images.Loaded> loaded = store.load(archive);

        assertThat(loaded).extracting(Images.Loaded::id).containsExactly(old);
        assertThat(left()).hasSize(3).contains(old);
    }
}
