package io.felucca.images.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.ImageContent;
import io.felucca.images.ImageContent.Blob;
import io.felucca.images.ImageContent.Document;
import io.felucca.images.ImageContent.Incoming;
import io.felucca.images.ImageContent.Source;
import io.felucca.images.ImageReference;
import io.felucca.images.content.BlobWriter;
import io.felucca.images.transfer.ImageTransfer;
import io.felucca.images.unpack.UnpackTarget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images as a registry sends them. */
@Timeout(120)
class ReceivingTest {

    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String INDEX = "application/vnd.docker.distribution.manifest.list.v2+json";

    @TempDir
    Path folder;

    private final byte[] first = Tars.of("first", "1");
    private final byte[] second = Tars.of("second", "2".repeat(5000));
    private final List<Long> offsets = new CopyOnWriteArrayList<>();
    private TestStore store;
    private ImageContent content;

    @BeforeEach
    void open() {
        store = new TestStore(folder.resolve("store"));
        content = new ImageTransfer(store.images);
    }

    private static Digest digest(byte[] bytes) {
        return BlobWriter.digestOf(bytes);
    }

    private static byte[] config(Digest... diffIds) {
        List<String> ids = new ArrayList<>();
        for (Digest each : diffIds) {
            ids.add("\"" + each + "\"");
        }
        return ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":"
                        + ids + "}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String descriptor(String type, byte[] blob) {
        return "{\"mediaType\":\"" + type + "\",\"size\":" + blob.length + ",\"digest\":\"" + digest(blob) + "\"}";
    }

    private static Document manifest(byte[] config, byte[]... layers) {
        List<String> all = new ArrayList<>();
        for (byte[] each : layers) {
            all.add(descriptor("application/vnd.docker.image.rootfs.diff.tar", each));
        }
        return document(
                MANIFEST,
                "{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":"
                        + descriptor("application/vnd.docker.container.image.v1+json", config) + ",\"layers\":" + all
                        + "}");
    }

    private static Document document(String type, String json) {
        return new Document(json.getBytes(StandardCharsets.UTF_8), type);
    }

    private Source source(byte[] bytes) {
        return offset -> {
            offsets.add(offset);
            return new ByteArrayInputStream(bytes, (int) offset, bytes.length);
        };
    }

    private static void fetch(Incoming image, int layer, Source source) throws IOException {
        image.fetch(image.layers().get(layer), source, count -> {});
    }

    private Path partial(byte[] blob) {
        return folder.resolve("store/content/partial").resolve(digest(blob).hex());
    }

    @Test
    @DisplayName("S20: the layers of an image are fetched one by one and become an image together")
    void layersBecomeAnImage() throws IOException {
        byte[] config = config(digest(first), digest(second));
        try (Incoming image = content.receive(manifest(config, first, second))) {
            image.config(config);
            assertThat(image.layers()).noneMatch(image::has);
            fetch(image, 1, source(second));
            fetch(image, 0, source(first));

            assertThat(image.store(List.of(ImageReference.parse("app:1"))).isNew())
                    .isTrue();
        }
        assertThat(store.images.get("app:1").id()).isEqualTo(digest(config));
        assertThat(partial(first)).doesNotExist();
        try (Incoming again = content.receive(manifest(config, first, second))) {
            assertThat(again.layers()).allMatch(again::has);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "S20: a layer is unpacked while it arrives, and is no layer of the driver's before the image is stored")
    void layersAreUnpackedWhileTheyArrive(boolean compressed) throws IOException {
        byte[] random = new byte[2 << 20];
        new Random(1).nextBytes(random);
        byte[] tar = Tars.tar().file("early", "1").file("late", random).bytes();
        byte[] layer = compressed ? Tars.gzip(tar) : tar;
        byte[] config = config(digest(tar), digest(second));
        int half = layer.length / 2;
        try (Incoming image = content.receive(manifest(config, layer, second))) {
            image.config(config);
            fetch(image, 1, source(second));
            fetch(
                    image,
                    0,
                    offset -> new SequenceInputStream(
                            new ByteArrayInputStream(layer, 0, half), new LateStream(layer, half, this::isEarlyThere)));
            assertThat(store.layers("one")).hasSize(2).allMatch(name -> name.startsWith(UnpackTarget.PREFIX));

            image.store(List.of(ImageReference.parse("app:1")));
        }
        assertThat(store.layers("one")).hasSize(2).noneMatch(name -> name.startsWith(UnpackTarget.PREFIX));
        assertThat(store.images.unpackedIn(digest(config))).containsExactly("one");
        assertThat(store.images.get("app:1").sizeBytes()).isEqualTo(1 + random.length + 5000);
    }

    private boolean isEarlyThere() {
        try (Stream<Path> files = Files.walk(folder.resolve("store/storage/one"))) {
            return files.anyMatch(file -> file.endsWith("early"));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    /** Begins only when something has happened, and fails when that does not come. */
    private static final class LateStream extends InputStream {

        private final InputStream rest;
        private final BooleanSupplier condition;

        LateStream(byte[] bytes, int from, BooleanSupplier condition) {
            rest = new ByteArrayInputStream(bytes, from, bytes.length - from);
            this.condition = condition;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() > end) {
                    throw new IOException("nothing was unpacked of what had arrived");
                }
                Thread.onSpinWait();
            }
            return rest.read(into, offset, length);
        }
    }

    @Test
    @DisplayName("T12: what was unpacked of a layer that is not what its digest says is no layer, and goes")
    void nothingStaysOfALyingLayer() throws IOException {
        byte[] lying = Tars.of("first", "2");
        byte[] config = config(digest(first), digest(second));
        try (Incoming image = content.receive(manifest(config, first, second))) {
            image.config(config);
            fetch(image, 1, source(second));
            assertThatThrownBy(() -> fetch(image, 0, source(lying)))
                    .hasMessage("filesystem layer verification failed for digest " + digest(first));
        }
        assertThat(store.layers("one")).isEmpty();
    }

    @Test
    @DisplayName("T12: a layer that the configuration knows otherwise is no layer, though it was unpacked")
    void nothingStaysOfALayerWithAnotherDiffId() throws IOException {
        byte[] config = config(digest(second));
        try (Incoming image = content.receive(manifest(config, first))) {
            image.config(config);
            fetch(image, 0, source(first));
            assertThatThrownBy(() -> image.store(List.of(ImageReference.parse("app:1"))))
                    .hasMessageStartingWith("layers from manifest don't match image configuration");
        }
        assertThat(store.layers("one")).isEmpty();
    }

    @Test
    @DisplayName("B7: two pulls of one layer are one download")
    void oneDownloadServesTwo() throws Exception {
        byte[] config = config(digest(first));
        CountDownLatch opened = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Incoming one = content.receive(manifest(config, first));
                Incoming other = content.receive(manifest(config, first))) {
            FutureTask<Void> downloading = new FutureTask<>(() -> {
                fetch(one, 0, offset -> {
                    opened.countDown();
                    await(goOn);
                    return source(first).open(offset);
                });
                return null;
            });
            new Thread(downloading).start();
            opened.await();
            FutureTask<Void> waiting = new FutureTask<>(() -> {
                fetch(other, 0, source(first));
                return null;
            });
            Thread waiter = new Thread(waiting);
            waiter.start();
            while (waiter.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            goOn.countDown();
            downloading.get();
            waiting.get();
        }
        assertThat(offsets).containsExactly(0L);
    }

    @Test
    @DisplayName("B7: what has arrived before the connection broke is not asked for again")
    void aBrokenDownloadGoesOn() throws IOException {
        byte[] config = config(digest(second));
        int half = second.length / 2;
        try (Incoming image = content.receive(manifest(config, second))) {
            image.config(config);
            assertThatThrownBy(() -> fetch(
                            image,
                            0,
                            offset -> new SequenceInputStream(
                                    new ByteArrayInputStream(second, 0, half), new BrokenStream())))
                    .isInstanceOf(IOException.class)
                    .hasMessage("connection reset");
            assertThat(partial(second)).hasSize(half);

            fetch(image, 0, source(second));

            assertThat(offsets).containsExactly((long) half);
            image.store(List.of(ImageReference.parse("app:1")));
        }
        assertThat(store.images.get("app:1").id()).isEqualTo(digest(config));
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static final class BrokenStream extends InputStream {

        @Override
        public int read() throws IOException {
            throw new IOException("connection reset");
        }
    }

    @Test
    @DisplayName("B12: a layer for which the disk has no room fails and leaves nothing behind")
    void aFullDiskKeepsNothing() throws IOException {
        Files.createDirectories(partial(first).getParent());
        Files.createSymbolicLink(partial(first), Path.of("/dev/full"));
        byte[] config = config(digest(first));
        try (Incoming image = content.receive(manifest(config, first))) {
            assertThatThrownBy(() -> fetch(image, 0, source(first)))
                    .isInstanceOfSatisfying(
                            FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SYSTEM))
                    .hasMessage("cannot write layer " + digest(first) + ": No space left on device");
            assertThat(Files.isSymbolicLink(partial(first))).isFalse();

            fetch(image, 0, source(first));
        }
        assertThat(partial(first)).hasSize(first.length);
    }

    @Test
    @DisplayName("T12: a layer that is here already must be what the configuration says as well")
    void layersThatAreHereAreCompared() throws IOException {
        byte[] good = config(digest(first));
        try (Incoming image = content.receive(manifest(good, first))) {
            image.config(good);
            fetch(image, 0, source(first));
            image.store(List.of(ImageReference.parse("good:1")));
        }
        byte[] lying = config(digest(second));
        try (Incoming image = content.receive(manifest(lying, first))) {
            image.config(lying);
            assertThat(image.layers()).allMatch(image::has);
            assertThatThrownBy(() -> image.store(List.of(ImageReference.parse("lying:1"))))
                    .isInstanceOf(FeluccaException.class)
                    .hasMessage("layers from manifest don't match image configuration: layer " + digest(first) + " is "
                            + digest(first) + ", the configuration says " + digest(second));
        }
        assertThat(store.images.list(true, Map.of()))
                .extracting(image -> image.tags().toString())
                .containsExactly("[good:1]");
    }

    @Test
    @DisplayName("B12: prune takes the finished layers of a failed pull, and none of a pull that is under way")
    void prunedAreTheLayersOfFailedPulls() throws IOException {
        byte[] config = config(digest(first), digest(second));
        try (Incoming failed = content.receive(manifest(config, first, second))) {
            fetch(failed, 0, source(first));
            assertThat(store.images.prune(Map.of()).reclaimedBytes()).isZero();
            assertThat(partial(first)).hasSize(first.length);
        }
        try (Incoming other = content.receive(manifest(config(digest(second)), second))) {
            fetch(other, 0, source(second));

            assertThat(store.images.prune(Map.of()).reclaimedBytes()).isEqualTo(first.length);
        }
        assertThat(partial(first)).doesNotExist();
        assertThat(partial(second)).hasSize(second.length);
    }

    @Test
    @DisplayName("S20: schema 1 is refused by its name")
    void schemaOneIsRefused() {
        for (String json :
                List.of("{\"schemaVersion\":1,\"name\":\"app\",\"tag\":\"1\",\"fsLayers\":[]}", "{\"fsLayers\":[]}")) {
            Document old = document("application/vnd.docker.distribution.manifest.v1+prettyjws", json);
            assertThatThrownBy(() -> content.choose(old, ""))
                    .isInstanceOfSatisfying(
                            FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                    .hasMessageContaining("manifest schema 1");
        }
    }

    @Test
    @DisplayName("S17: of an index the image of the platform is chosen, this machine's without one")
    void thePlatformIsChosen() {
        List<String> entries = new ArrayList<>();
        for (String each : List.of("arm/v7", "arm64/v8", "amd64/", "riscv64/")) {
            String[] parts = each.split("/", -1);
            entries.add("{\"mediaType\":\"" + MANIFEST + "\",\"size\":" + each.length() + ",\"digest\":\""
                    + digest(each.getBytes(StandardCharsets.UTF_8))
                    + "\",\"platform\":{\"os\":\"linux\",\"architecture\":\""
                    + parts[0] + "\"" + (parts[1].isEmpty() ? "" : ",\"variant\":\"" + parts[1] + "\"") + "}}");
        }
        Document index =
                document(INDEX, "{\"schemaVersion\":2,\"mediaType\":\"" + INDEX + "\",\"manifests\":" + entries + "}");

        assertThat(chosen(index, "linux/arm/v7")).isEqualTo(digest("arm/v7".getBytes(StandardCharsets.UTF_8)));
        assertThat(chosen(index, "linux/arm64")).isEqualTo(digest("arm64/v8".getBytes(StandardCharsets.UTF_8)));
        assertThat(chosen(index, "linux/riscv64")).isEqualTo(digest("riscv64/".getBytes(StandardCharsets.UTF_8)));
        String own = System.getProperty("os.arch").equals("aarch64") ? "arm64/v8" : "amd64/";
        assertThat(chosen(index, "")).isEqualTo(digest(own.getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> chosen(index, "linux/s390x"))
                .hasMessage("no matching manifest for linux/s390x in the manifest list entries");
    }

    private Digest chosen(Document index, String platform) {
        return content.choose(index, platform).map(Blob::digest).orElseThrow();
    }
}
