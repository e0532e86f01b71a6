package io.felucca.images.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.ZstdOutputStream;
import com.sun.net.httpserver.HttpServer;
import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.Image;
import io.felucca.images.Images;
import io.felucca.images.content.BlobWriter;
import io.felucca.images.content.ContentJson;
import io.felucca.images.content.PlatformText;
import io.felucca.images.layers.Applied;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

@DisplayName("import (S1 to S4, S83 to S86, T9, T11, T12)")
class ImportTest {

    private static final byte[] ROOTFS = Tars.tar()
            .file("etc/os-release", "NAME=test\n")
            .file("bin/true", new byte[5000])
            .symlink("lib", "usr/lib")
            .bytes();

    @TempDir
    Path folder;

    private TestStore store;

    @BeforeEach
    void open() {
        store = new TestStore(folder);
    }

    @Test
    void S83_makesAnImageOfOneLayerUnpackedInTheDefaultDriver() throws IOException {
        Digest id = store.importTar(ROOTFS, "busybox");

        Image image = store.images.get("busybox");
        Digest diffId = BlobWriter.digestOf(ROOTFS);
        assertThat(image.id()).isEqualTo(id);
        assertThat(image.tags()).containsExactly("busybox:latest");
        assertThat(image.diffIds()).containsExactly(diffId);
        assertThat(image.sizeBytes()).isEqualTo(10 + 5000 + "usr/lib".length());
        assertThat(image.comment()).isEqualTo("Imported from -");
        assertThat(store.layers("one")).containsExactly(diffId.hex());
        assertThat(store.layers("two")).isEmpty();
        assertThat(store.unfinished()).isEmpty();
        assertThat(store.blobs()).hasSize(3).contains(id.hex(), diffId.hex());
    }

    @Test
    void S86_theConfigurationIsDockersWithChangesAndMessage() {
        Digest id = store.images.importRootfs(
                new ByteArrayInputStream(ROOTFS),
                new Images.Import("a/b:1", List.of("CMD [\"sh\"]", "ENV A=b", "LABEL x=y"), "hello", "linux/arm/v7"),
                Images.Progress.NONE);

        JsonNode config = ContentJson.readObject(read(id), "config");
        assertThat(config.path("comment").asText()).isEqualTo("hello");
        assertThat(config.path("os").asText()).isEqualTo("linux");
        assertThat(config.path("architecture").asText()).isEqualTo("arm");
        assertThat(config.path("variant").asText()).isEqualTo("v7");
        assertThat(config.path("rootfs").toString())
                .isEqualTo("{\"type\":\"layers\",\"diff_ids\":[\"" + BlobWriter.digestOf(ROOTFS) + "\"]}");
        assertThat(config.path("history").path(0).path("comment").asText()).isEqualTo("hello");
        assertThat(config.path("config").path("Env").toString()).isEqualTo("[\"A=b\"]");
        assertThat(config.path("config").path("Cmd").toString()).isEqualTo("[\"sh\"]");
        assertThat(store.images.get("a/b:1").config().labels()).containsEntry("x", "y");
    }

    @Test
    void S84_downloadsAUrlAndTellsHowMuchHasCome() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/root.tar", exchange -> {
            exchange.sendResponseHeaders(200, ROOTFS.length);
            exchange.getResponseBody().write(ROOTFS);
            exchange.close();
        });
        server.createContext("/other", exchange -> {
            exchange.sendResponseHeaders(404, 5);
            exchange.getResponseBody().write("sorry".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        String address = "127.0.0.1:" + server.getAddress().getPort();
        List<String> told = new CopyOnWriteArrayList<>();
        Images.Progress progress = (id, action, current, total) -> told.add(action + " " + current + "/" + total);
        try {
            store.images.importUrl(address + "/root.tar", TestStore.named("x"), progress);

            assertThat(store.images.get("x").comment()).isEqualTo("Imported from http://" + address + "/root.tar");
            assertThat(told)
                    .containsExactly(
                            "Downloading from http://" + address + "/root.tar 0/0",
                            "Importing " + ROOTFS.length + "/" + ROOTFS.length);
            assertDownloadRefused(
                    "http://" + address + "/other",
                    "failed to GET http://" + address + "/other with status 404 Not Found: sorry");
            assertDownloadRefused("ftp://x/y", "Get \"ftp://x/y\": unsupported protocol scheme \"ftp\"");
        } finally {
            server.stop(0);
        }
    }

    private void assertDownloadRefused(String url, String message) {
        assertThatThrownBy(() -> store.images.importUrl(url, TestStore.named("y"), Images.Progress.NONE))
                .isInstanceOf(FeluccaException.class)
                .hasMessage(message);
    }

    @Test
    void S86_aPlatformIsReadAsContainerdReadsIt() {
        assertThat(PlatformText.parse("linux/x86_64").architecture()).isEqualTo("amd64");
        assertThat(PlatformText.parse("aarch64").os()).isEqualTo("linux");
        assertThat(PlatformText.parse("linux/arm/7").variant()).isEqualTo("v7");
        assertThatThrownBy(() -> PlatformText.parse("nosuch"))
                .hasMessage("\"nosuch\": unknown operating system or architecture: invalid argument");
        assertThatThrownBy(() -> PlatformText.parse("linux//"))
                .hasMessage("\"\" is an invalid component of \"linux//\": platform specifier component must match "
                        + "\"^[A-Za-z0-9_-]+$\": invalid argument");
        assertThatThrownBy(() -> store.images.importRootfs(
                        new ByteArrayInputStream(ROOTFS),
                        new Images.Import("", List.of(), "", "windows"),
                        Images.Progress.NONE))
                .hasMessage("operating system is not supported");
    }

    private byte[] read(Digest blob) {
        try {
            return Files.readAllBytes(folder.resolve("content/blobs/sha256/" + blob.hex()));
        } catch (IOException e) {
            throw FeluccaException.system("cannot read", e);
        }
    }

    interface Packer {
        OutputStream pack(OutputStream out) throws IOException;
    }

    static Stream<Packer> compressions() {
        return Stream.of(
                java.util.zip.GZIPOutputStream::new,
                BZip2CompressorOutputStream::new,
                out -> new XZOutputStream(out, new LZMA2Options(1)),
                ZstdOutputStream::new);
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void S83_everyCompressionGivesTheSameLayer(Packer packer) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = packer.pack(packed)) {
            out.write(ROOTFS);
        }

        store.importTar(packed.toByteArray(), "x");

        assertThat(store.images.get("x").diffIds()).containsExactly(BlobWriter.digestOf(ROOTFS));
        assertThat(read(BlobWriter.digestOf(ROOTFS))).isEqualTo(ROOTFS);

        byte[] cut = Arrays.copyOf(packed.toByteArray(), packed.size() / 2);
        assertRefused(cut, "Error processing tar file(exit status 1): unexpected EOF");
    }

    @Test
    void S83_gzipOfSeveralMembersIsReadWhole() {
        byte[] head = Arrays.copyOf(ROOTFS, 1024);
        byte[] tail = Arrays.copyOfRange(ROOTFS, 1024, ROOTFS.length);
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        members.writeBytes(Tars.gzip(head));
        members.writeBytes(Tars.gzip(tail));
        InputStream oneByteAtATime = new ByteArrayInputStream(members.toByteArray()) {
            @Override
            public synchronized int available() {
                return 0;
            }

            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(1, length));
            }
        };

        store.images.importRootfs(oneByteAtATime, TestStore.named("x"), Images.Progress.NONE);

        assertThat(store.images.get("x").diffIds()).containsExactly(BlobWriter.digestOf(ROOTFS));
    }

    @Test
    void T12_whatIsNoTarIsRefusedAndLeavesNothing() {
        assertRefused(
                "this is not a tar\n".getBytes(StandardCharsets.UTF_8),
                "Error processing tar file(exit status 1): unexpected EOF");
        byte[] junk = new byte[4096];
        Arrays.fill(junk, (byte) 'x');
        assertRefused(junk, "Error processing tar file(exit status 1): archive/tar: invalid tar header");
    }

    @Test
    void T12_aCutTarIsRefusedAndLeavesNothing() {
        assertRefused(Arrays.copyOf(ROOTFS, 3000), "Error processing tar file(exit status 1): unexpected EOF");
    }

    @Test
    void T11_gigabytesOfZerosInGzipAreRefusedAfterTheFirst() {
        byte[] member = Tars.gzip(new byte[8 << 20]);
        AtomicInteger membersRead = new AtomicInteger();
        InputStream bomb = new InputStream() {
            private InputStream at = new ByteArrayInputStream(member);

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = at.read(into, offset, length);
                if (count < 0 && membersRead.incrementAndGet() < 1_280) {
                    at = new ByteArrayInputStream(member);
                    count = at.read(into, offset, length);
                }
                return count;
            }
        };
        assertThatThrownBy(() -> store.images.importRootfs(bomb, TestStore.named("x"), Images.Progress.NONE))
                .isInstanceOf(FeluccaException.class)
                .hasMessage("Error processing tar file(exit status 1): more than 1048576 bytes follow the end of the"
                        + " archive");
        assertThat(membersRead).hasValueLessThan(100);
        assertNothingLeft();
    }

    @Test
    void aFailingUnpackerLeavesNothing() {
        TestStore failing = new TestStore(folder, store.storage, new FlatLayerWriter() {
            @Override
            public Applied unpack(InputStream tar, Path target, boolean kernelWhiteouts) {
                try {
                    Files.write(target.resolve("half"), tar.readNBytes(100));
                } catch (IOException e) {
                    throw FeluccaException.system("unexpected", e);
                }
                throw FeluccaException.system("write half: no space left on device");
            }
        });

        assertThatThrownBy(() -> failing.importTar(ROOTFS, "x"))
                .hasMessage("write half: no space left on device")
                .hasFieldOrPropertyWithValue("kind", Kind.SYSTEM);
        assertNothingLeft();
    }

    @Test
    void S86_aWrongChangeIsRefusedBeforeAnythingIsRead() {
        InputStream never = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("read");
            }
        };

        assertThatThrownBy(() -> store.images.importRootfs(never, TestStore.named("x", "RUN x"), Images.Progress.NONE))
                .hasMessage("run is not a valid change command")
                .hasFieldOrPropertyWithValue("kind", Kind.INVALID);
        assertThatThrownBy(() -> store.importTar(ROOTFS, "UPPER"))
                .hasMessage("invalid reference format: repository name must be lowercase");
    }

    @Test
    void S6_twoImagesOnOneLayerStoreItOnce() throws IOException {
        Digest first = store.importTar(ROOTFS, "a", "ENV A=1");
        Digest second = store.importTar(ROOTFS, "b", "ENV A=2");

        assertThat(first).isNotEqualTo(second);
        assertThat(store.layers("one")).hasSize(1);
        assertThat(store.blobs()).hasSize(5);
    }

    @Test
    void anImageWithoutAReferenceIsListedUntagged() {
        Digest id = store.importTar(ROOTFS, "");

        assertThat(store.images.list(false, java.util.Map.of())).singleElement().satisfies(image -> {
            assertThat(image.id()).isEqualTo(id);
            assertThat(image.tags()).isEmpty();
        });
    }

    private void assertRefused(byte[] archive, String message) {
        List<Image> before = store.images.list(true, java.util.Map.of());
        int blobs = count();
        assertThatThrownBy(() -> store.importTar(archive, "refused"))
                .isInstanceOf(FeluccaException.class)
                .hasMessage(message)
                .hasFieldOrPropertyWithValue("kind", Kind.INVALID);
        assertThat(store.images.list(true, java.util.Map.of())).isEqualTo(before);
        assertThat(count()).isEqualTo(blobs);
    }

    private int count() {
        try {
            return store.blobs().size()
                    + store.unfinished().size()
                    + store.layers("one").size();
        } catch (IOException e) {
            throw FeluccaException.system("cannot list", e);
        }
    }

    private void assertNothingLeft() {
        assertThat(count()).isZero();
    }
}
