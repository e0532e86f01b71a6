package io.felucca.itests.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Rootfs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** S119: what a new, empty volume gets of the image is all that the image has there. */
@Timeout(300)
class VolumeContentIT {

    /** Type, mode, owners, time, links, target and name of each entry, and what attributes and files hold. */
    private static final String LISTING = "cd \"$1\" && find . -printf '%y %m %U:%G %T@ %n %l %P\\n' | sort"
            + " && find . -type f -exec sha256sum {} + | sort && getfattr -R -d -m - --absolute-names -h . | sort";

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path host;

    @BeforeAll
    static void importRich() {
        // ISO-8859-1 writes any byte.
        Rootfs rich = Rootfs.create("rich.tar", "ISO-8859-1").busyboxFiles();
        TarArchiveEntry folder = new TarArchiveEntry("data/", true);
        folder.setMode(0751);
        folder.setIds(33, 44);
        folder.setModTime(1_000_000_000_000L);
        rich.put(folder, new byte[0]);
        rich.put(entry("data/set-uid", 04755, 5, 6), "program".getBytes(StandardCharsets.UTF_8));
        TarArchiveEntry capable = entry("data/capable", 0755, 0, 0);
        // cap_net_bind_service=ep, as setcap(8) writes it; and an attribute of a user's.
        capable.addPaxHeader(
                "SCHILY.xattr.security.capability",
                new String(
                        new byte[] {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                        StandardCharsets.ISO_8859_1));
        capable.addPaxHeader("SCHILY.xattr.user.note", "kept");
        rich.put(capable, "capable".getBytes(StandardCharsets.UTF_8));
        rich.hardLink("data/linked", "data/capable");
        rich.symlink("data/dangling", "/nosuch/place");
        rich.symlink("data/outside", "/etc/passwd");
        TarArchiveEntry fifo = new TarArchiveEntry("data/fifo", TarConstants.LF_FIFO, true);
        // In a tree that others may write to an archive makes fifos as the umask lets it.
        fifo.setMode(0600);
        rich.put(fifo, new byte[0]);
        rich.put(entry("data/\u00ff-byte", 0600, 7, 8), "x".getBytes(StandardCharsets.UTF_8));
        rich.put(
                entry(
                        "data/" + new String("名".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1),
                        0644,
                        0,
                        0),
                "y".getBytes(StandardCharsets.UTF_8));
        TarArchiveEntry sticky = new TarArchiveEntry("data/sticky/", true);
        sticky.setMode(01777);
        sticky.setModTime(1_100_000_000_000L);
        rich.put(sticky, new byte[0]);
        engine.ok("import", rich.done().toString(), "rich");
    }

    private static TarArchiveEntry entry(String name, int mode, int uid, int gid) {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setMode(mode);
        entry.setIds(uid, gid);
        entry.setModTime(1_234_567_890_123L);
        entry.setSize(name.endsWith("capable") || name.endsWith("set-uid") ? 7 : 1);
        return entry;
    }

    @AfterEach
    void removeVolumes() {
        engine.removeContainers();
        engine.ok("volume", "prune", "-a", "-f");
    }

    private static String listing(Path folder) {
        return new String(
                Program.of("sh", "-c", LISTING, "sh", folder.toString())
                        .env("LC_ALL", "C")
                        .run()
                        .requireOk()
                        .outBytes(),
                StandardCharsets.ISO_8859_1);
    }

    /** What the image has, seen through a container that has no volume there. */
    private String inTheImage() throws IOException {
        String id = engine.ok("create", "--network", "none", "rich", "true");
        Path tar = host.resolve("image.tar");
        engine.ok("export", "-o", tar.toString(), id);
        Path folder = Files.createDirectory(host.resolve("image"));
        Program.of(
                        "tar",
                        "-C",
                        folder.toString(),
                        "--xattrs",
                        "--xattrs-include=*",
                        "--same-owner",
                        "-xpf",
                        tar.toString(),
                        "data")
                .run()
                .requireOk();
        engine.ok("rm", id);
        return listing(folder.resolve("data"));
    }

    @Test
    @DisplayName(
            "S119 T20 copy-up keeps owners, modes, times, hard links, links, fifos, attributes and names of any bytes")
    void S119_copyUpKeepsEverything() throws IOException {
        engine.runOnce("-v", "filled:/data", "rich", "true").ok();
        String volume = listing(engine.dataRoot().resolve("volumes/filled/_data"));

        assertThat(volume.lines().map(line -> line.replaceAll("(\\d+\\.\\d{3})\\d*", "$1")))
                .containsExactlyElementsOf(inTheImage()
                        .lines()
                        .map(line -> line.replaceAll("(\\d+\\.\\d{3})\\d*", "$1"))
                        .toList());
        assertThat(volume)
                .contains("security.capability=", "user.note=\"kept\"", "\u00ff-byte", "4755 5:6", "751 33:44");
    }

    @Test
    @DisplayName("B9 a clone, a snapshot and an archive of it have the same content, attribute for attribute")
    void B9_copiesAreTheSame() {
        engine.runOnce("-v", "filled:/data", "rich", "true").ok();
        String volume = listing(engine.dataRoot().resolve("volumes/filled/_data"));
        engine.ok("volume", "clone", "filled", "cloned");
        engine.ok("volume", "snapshot", "filled", "one");
        Path tar = host.resolve("filled.tar");
        engine.ok("volume", "export", "-o", tar.toString(), "filled");
        engine.ok("volume", "import", "imported", tar.toString());

        for (String copy : List.of("cloned", "filled@one", "imported")) {
            assertThat(listing(engine.dataRoot().resolve("volumes/" + copy + "/_data")))
                    .as(copy)
                    .isEqualTo(volume);
        }
        engine.ok("volume", "rm", "-f", "filled");
    }
}
