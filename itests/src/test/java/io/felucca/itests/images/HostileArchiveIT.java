package io.felucca.itests.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.images.ImageArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Archives made to hurt: nothing leaves the layer, nothing half-made stays, and the engine goes on. */
@Timeout(180)
class HostileArchiveIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path folder;

    private Path victim;
    private long blobs;

    @BeforeEach
    void makeVictim() throws IOException {
        victim = Files.writeString(folder.resolve("victim"), "untouched");
        engine.ok("image", "prune", "-f");
        blobs = blobs();
    }

    @AfterEach
    void theEngineGoesOn() throws IOException {
        assertThat(victim).hasContent("untouched");
        assertThat(folder.resolve("made")).doesNotExist();
        assertThat(engine.runOnce("busybox", "echo", "alive").ok()).isEqualTo("alive");
    }

    private static long blobs() throws IOException {
        try (Stream<Path> files = Files.list(engine.dataRoot().resolve("content/blobs/sha256"))) {
            return files.count();
        }
    }

    private void refused(Path tar) throws IOException {
        refused(tar, "");
    }

    /** @param reason that is told */
    private void refused(Path tar, String reason) throws IOException {
        Result result = engine.felucca("import", tar.toString(), "hostile").run();
        assertThat(result.exit()).as(result.toString()).isEqualTo(1);
        assertThat(result.err().strip().lines()).hasSize(1);
        assertThat(result.err()).contains(reason);
        assertThat(engine.felucca("inspect", "hostile").run().exit()).isEqualTo(1);
        assertThat(blobs()).as("nothing half-made is left").isEqualTo(blobs);
    }

    /** It is unpacked below the image's own root, where this file then is. */
    private void inside(Path tar, String path, String type) throws IOException {
        engine.ok("import", tar.toString(), "harmless");
        String container = engine.ok("create", "--network", "none", "harmless", "/none");
        Path archive = folder.resolve("flat.tar");
        engine.ok("export", "-o", archive.toString(), container);
        assertThat(Program.of("tar", "-tvf", archive.toString())
                        .run()
                        .requireOk()
                        .lines())
                .filteredOn(line -> line.endsWith(" " + path))
                .singleElement()
                .asString()
                .startsWith(type);
        engine.ok("rm", container);
        engine.ok("rmi", "harmless");
        Files.delete(archive);
    }

    private String climb() {
        return "../".repeat(20) + folder.toString().substring(1);
    }

    /** dockerd 20.10.24 cuts the climb off and unpacks: an archive that tries is refused here, as tar(1) does. */
    @Test
    @DisplayName("T9: names that climb out are refused")
    void T9_climbingNames() throws IOException {
        refused(
                Rootfs.create("climb.tar").file(climb() + "/made", 0644, "x").done(),
                "the archive climbs out of its root: " + climb() + "/made");
        refused(
                Rootfs.create("climb2.tar")
                        .file("a/../../" + climb() + "/made", 0644, "x")
                        .done(),
                "the archive climbs out of its root: a/../../");
    }

    @Test
    @DisplayName("T9: absolute names are names below the image's root, as by dockerd")
    void T9_absoluteNames() throws IOException {
        inside(
                Rootfs.create("absolute.tar")
                        .file(folder + "/made", 0644, "x")
                        .file(victim.toString(), 0644, "overwritten")
                        .done(),
                victim.toString().substring(1),
                "-rw-r--r--");
    }

    /**
     * dockerd 20.10.24 refuses the first two, since what the link names is not in the image, and the third, since a name
     * comes twice.
     */
    @Test
    @DisplayName("T9: a symbolic link of the archive leads below the image's root, and a later member takes its place")
    void T9_symlinkThenWrite() throws IOException {
        String made = folder.toString().substring(1) + "/made";
        inside(
                Rootfs.create("symlink.tar")
                        .symlink("out", folder.toString())
                        .file("out/made", 0644, "x")
                        .file("out/victim", 0644, "overwritten")
                        .done(),
                made,
                "-rw-r--r--");
        inside(
                Rootfs.create("symlink2.tar")
                        .symlink("out", climb())
                        .file("out/made", 0644, "x")
                        .directory("out/made", 0755)
                        .done(),
                made + "/",
                "drwxr-xr-x");
        inside(
                Rootfs.create("symlink3.tar")
                        .symlink("victim", victim.toString())
                        .file("victim", 0644, "overwritten")
                        .done(),
                "victim",
                "-rw-r--r--");
    }

    @Test
    @DisplayName("T9: hard links to what is not below the image's root are refused, as by dockerd, through chains too")
    void T9_hardLinks() throws IOException {
        refused(
                Rootfs.create("hard1.tar")
                        .hardLink("link", victim.toString())
                        .file("link", 0644, "overwritten")
                        .done(),
                "the archive links /link to " + victim + ", which is not there");
        refused(
                Rootfs.create("hard2.tar")
                        .hardLink("link", climb() + "/victim")
                        .file("link", 0644, "overwritten")
                        .done(),
                "the archive climbs out of its root: " + climb() + "/victim");
        refused(
                Rootfs.create("hard3.tar")
                        .symlink("a", folder.toString())
                        .hardLink("b", "a/victim")
                        .file("b", 0644, "overwritten")
                        .done(),
                "the archive links /b to /a/victim, which is not there");
    }

    @Test
    @DisplayName("T9: devices of an archive open nothing")
    void T9_devices() {
        Path tar = Rootfs.create("device.tar")
                .busyboxFiles()
                .device("kmem", TarConstants.LF_CHR, 1, 1)
                .done();
        engine.ok("import", tar.toString(), "devices");

        assertThat(engine.runOnce("devices", "head", "-c", "1", "/kmem").run().err())
                .contains("Operation not permitted");
        engine.ok("rmi", "devices");
    }

    @Test
    @DisplayName("T10: an archive with whiteouts of odd names is refused, and nothing outside is removed")
    void T10_whiteouts() {
        Path odd = Rootfs.create("odd.tar")
                .file(".wh...", 0644, "")
                .file(".wh..", 0644, "")
                .file("etc/.wh.", 0644, "")
                .done();
        ImageArchive archive =
                new ImageArchive().tag("odd").layer(Rootfs.busybox()).layer(odd);
        Result result = engine.felucca(
                        "load", "-i", archive.write("odd-image.tar").toString())
                .run();
        assertThat(result.exit()).as(result.toString()).isEqualTo(1);
        assertThat(result.err()).contains("the archive has a whiteout of no name");
        assertThat(engine.felucca("images", "-q", "odd").run().out()).isEmpty();
        assertThat(engine.dataRoot().resolve("content")).exists();
    }

    @Test
    @DisplayName("T10: a whiteout of a symbolic link to a folder removes the link only")
    void T10_whiteoutOfALink() {
        ImageArchive archive = new ImageArchive()
                .tag("link")
                .layer(Rootfs.busybox())
                .layer(Rootfs.create("wl1.tar")
                        .file("real/kept", 0644, "kept")
                        .symlink("link", "real")
                        .done())
                .layer(Rootfs.create("wl2.tar").file(".wh.link", 0644, "").done());
        engine.ok("load", "-i", archive.write("wl.tar").toString());

        assertThat(engine.runOnce("link", "sh", "-c", "cat /real/kept; ls /link")
                        .run()
                        .out())
                .isEqualTo("kept");
        engine.ok("rmi", "link");
    }

    @Test
    @DisplayName("T10: overlay's own attributes in an archive have no effect")
    void T10_overlayAttributes() {
        TarArchiveEntry entry = new TarArchiveEntry("etc/", true);
        entry.setMode(0755);
        entry.addPaxHeader("SCHILY.xattr.trusted.overlay.opaque", "y");
        entry.addPaxHeader("SCHILY.xattr.trusted.overlay.redirect", "/root");
        ImageArchive archive = new ImageArchive()
                .tag("attributes")
                .layer(Rootfs.busybox())
                .layer(Rootfs.create("xattr.tar").put(entry, new byte[0]).done());
        // As by dockerd, which drops them too.
        engine.ok("load", "-i", archive.write("xattr-image.tar").toString());
        assertThat(engine.runOnce("attributes", "ls", "/etc/passwd").ok()).isEqualTo("/etc/passwd");
        engine.ok("rmi", "attributes");
    }

    @Test
    @DisplayName(
            "T11: ten gigabytes of zeros in a stream of a few megabytes fill no more than the disk, which is given back")
    void T11_bomb() throws IOException {
        Path disk = Files.createDirectory(engine.folder().resolve("small"));
        Program.of("mount", "-t", "tmpfs", "-o", "size=64m", "none", disk.toString())
                .run()
                .requireOk();
        EngineUnderTest small = EngineUnderTest.empty();
        try {
            small.beginIn(disk);
            small.ok("import", Rootfs.busybox().toString(), "busybox");
            TarArchiveEntry header = new TarArchiveEntry("zeros", true);
            header.setSize(10L << 30);
            byte[] block = new byte[512];
            header.writeEntryHeader(block, ZipEncodingHelper.getZipEncoding("UTF-8"), true);
            Path head = Files.write(folder.resolve("head"), block);
            long free = disk.toFile().getFreeSpace();

            Result result = Program.of(
                            "sh",
                            "-c",
                            "{ cat \"$1\"; head -c 10G /dev/zero; } | gzip -1 | \"$2\" import - bomb",
                            "sh",
                            head.toString(),
                            EngineUnderTest.program())
                    .env("FELUCCA_HOST", small.host())
                    .run(150)
                    .requireExit(1);

            assertThat(result.err()).containsIgnoringCase("no space left on device");
            assertThat(result.err().strip().lines()).hasSize(1);
            assertThat(small.felucca("inspect", "bomb").run().exit()).isEqualTo(1);
            EngineUnderTest.await()
                    .untilAsserted(
                            () -> assertThat(disk.toFile().getFreeSpace()).isGreaterThan(free - (2 << 20)));
            assertThat(small.runOnce("busybox", "echo", "alive").ok()).isEqualTo("alive");
        } finally {
            if (small.isRunning()) {
                small.stop();
            }
            Program.of("umount", "-l", disk.toString()).run().requireOk();
        }
    }

    @Test
    @DisplayName("T11: a huge manifest is refused without filling the heap")
    void T11_hugeManifest() throws IOException {
        Path tar = Rootfs.create("huge-manifest.tar")
                .file("manifest.json", 0644, new byte[64 << 20])
                .done();

        Result result = engine.felucca("load", "-i", tar.toString()).run();

        assertThat(result.exit()).isEqualTo(1);
        assertThat(blobs()).isEqualTo(blobs);
    }

    @Test
    @DisplayName("T12: archives that are cut, or none, are refused in one line")
    void T12_malformed() throws IOException {
        refused(Files.write(
                folder.resolve("noise"), "this is no archive at all".repeat(100).getBytes(StandardCharsets.UTF_8)));
        byte[] whole = Files.readAllBytes(Rootfs.busybox());
        refused(Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length / 2)));
        Path zipped = Files.write(folder.resolve("zipped.tar"), whole);
        Program.of("gzip", zipped.toString()).run().requireOk();
        byte[] gz = Files.readAllBytes(folder.resolve("zipped.tar.gz"));
        refused(Files.write(folder.resolve("cut.gz"), Arrays.copyOf(gz, gz.length / 2)));
    }

    @Test
    @DisplayName("T12: a layer that is not what its config says is refused")
    void T12_wrongDigest() throws IOException {
        Rootfs archive = Rootfs.create("wrong-digest.tar");
        byte[] layer = Files.readAllBytes(Rootfs.busybox());
        String config = "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\","
                + "\"diff_ids\":[\"sha256:" + "0".repeat(64) + "\"]}}";
        archive.file("layer.tar", 0644, layer)
                .file("config.json", 0644, config)
                .file(
                        "manifest.json",
                        0644,
                        "[{\"Config\":\"config.json\",\"RepoTags\":[\"wrong:1\"],\"Layers\":[\"layer.tar\"]}]");

        Result result = engine.felucca("load", "-i", archive.done().toString()).run();

        assertThat(result.exit()).isEqualTo(1);
        assertThat(engine.felucca("inspect", "wrong:1").run().exit()).isEqualTo(1);
        assertThat(blobs()).isEqualTo(blobs);
    }

    @Test
    @DisplayName("T4: an image whose /dev, /proc or /etc is a link makes nothing on the host")
    void T4_linkedFolders() {
        for (String name : List.of("dev", "proc", "etc")) {
            Path tar = Rootfs.create("linked-" + name + ".tar")
                    .file("bin/busybox", 0755, busybox())
                    .symlink(name, folder.toString())
                    .done();
            engine.ok("import", tar.toString(), "linked");

            engine.runOnce("linked", "/bin/busybox", "true").run();

            assertThat(folder.toFile().list()).containsExactly("victim");
            engine.ok("rmi", "-f", "linked");
        }
    }

    @Test
    @DisplayName(
            "T6: a volume's place that an image's link leads into /proc or /sys is refused; nothing is left mounted")
    void T6_linksIntoProc() {
        Path tar = Rootfs.create("linked-proc.tar")
                .file("bin/busybox", 0755, busybox())
                .symlink("p", "/proc")
                .symlink("s", "sys/kernel")
                .done();
        engine.ok("import", tar.toString(), "linked");
        for (String place : List.of("/p", "/p/self/attr", "/s")) {
            Result run = engine.runOnce("-v", "proc:" + place, "linked", "/bin/busybox", "true")
                    .run();

            assertThat(run.exit()).as(run.toString()).isEqualTo(125);
            assertThat(run.err()).contains("\"" + place + "\" cannot be mounted because it leads to /");
        }
        engine.removeContainers();
        engine.ok("volume", "rm", "proc");
        engine.ok("rmi", "-f", "linked");
    }

    @Test
    @DisplayName("T15: /etc/passwd as link, fifo or device: no hang, nothing read from the host")
    void T15_passwd() throws IOException {
        Path secret = Files.writeString(folder.resolve("passwd"), "evil:x:4242:4242::/:/bin/sh\n");
        List<Rootfs> all = List.of(
                Rootfs.create("p1.tar").symlink("etc/passwd", secret.toString()),
                Rootfs.create("p2.tar").symlink("etc/passwd", "../../../../../../.." + secret),
                Rootfs.create("p3.tar").put(new TarArchiveEntry("etc/passwd", TarConstants.LF_FIFO, true), new byte[0]),
                Rootfs.create("p4.tar").device("etc/passwd", TarConstants.LF_CHR, 1, 5));
        for (Rootfs rootfs : all) {
            engine.ok(
                    "import", rootfs.file("bin/busybox", 0755, busybox()).done().toString(), "users");

            Result run =
                    engine.runOnce("-u", "evil", "users", "/bin/busybox", "id").run();

            assertThat(run.exit()).as(run.toString()).isIn(125, 126);
            assertThat(run.out()).doesNotContain("4242");
            engine.runOnce("-u", "1000", "users", "/bin/busybox", "true").run();
            engine.ok("rmi", "-f", "users");
        }
        Files.delete(secret);
    }

    @Test
    @DisplayName("T11: a gigabyte as /etc/passwd does not fill the heap")
    void T11_hugePasswd() {
        Path tar = Rootfs.create("huge-passwd.tar")
                .file("bin/busybox", 0755, busybox())
                .file("etc/passwd", 0644, new byte[200 << 20])
                .done();
        engine.ok("import", tar.toString(), "huge");

        engine.runOnce("-u", "somebody", "huge", "/bin/busybox", "true").run();

        assertThat(engine.runOnce("busybox", "true").run().exit()).isZero();
        engine.ok("rmi", "-f", "huge");
    }

    private static byte[] busybox() {
        try {
            return Files.readAllBytes(Path.of("/bin/busybox"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
