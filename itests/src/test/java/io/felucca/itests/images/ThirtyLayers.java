package io.felucca.itests.images;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.images.ImageArchive;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Date;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * An image of 30 layers with all that archives have, and what each storage driver makes of it: the same bytes. All times
 * are fixed.
 */
public final class ThirtyLayers {

    private static final int LAYERS = 30;
    private static final long SECONDS = 1_700_000_000;
    private static final String TIME = "2024-01-02 03:04:05";
    /** What the engine makes below the image, with times of its own. */
    private static final String[] ENGINES_FOLDERS = {"dev/", "dev/pts/", "dev/shm/", "etc/", "proc/", "sys/"};

    private static final String[] ENGINES_FILES = {
        ".dockerenv", "dev/console", "etc/hosts", "etc/hostname", "etc/resolv.conf"
    };

    /** Changes of every kind, in a container; afterwards what they touched has a fixed time. */
    private static final String CHANGES = """
            cd /data
            rm deleted d5/f5; rm -r d6; mv d7/f7 d7/renamed; mv d8/f8 d9/moved
            echo more >>d10/f10; : >d11/f11; echo new >d12/new; chmod 600 d13/f13; chown 77:78 d14/f14
            ln d15/f15 d15/link; rm link2; ln -s nowhere d16/symlink; ln -sf elsewhere symlink
            rm -r d17; mkdir d17; echo again >d17/again; rm d18/f18; mkdir d18/f18; echo deep >d18/f18/deep
            rm fifo; mkfifo d19/fifo; mknod d20/null c 1 3; chmod 4755 setuid
            dd if=/bin/busybox of=sparse2 bs=65536 count=2 seek=40 2>/dev/null
            touch -h -d "%1$s" . d7 d7/renamed d5 d8 d9 d9/moved d10/f10 d11/f11 d12 d12/new d15 d15/link d16 d16/symlink symlink \
                d17 d17/again d18 d18/f18 d18/f18/deep d19 d19/fifo d20 d20/null setuid sparse2 d10 d11 d13 d14
            """.formatted(TIME);

    private final EngineUnderTest engine;
    private final String driver;

    /** @param driver of the containers */
    public ThirtyLayers(EngineUnderTest engine, String driver) {
        this.engine = engine;
        this.driver = driver;
    }

    private static TarArchiveEntry entry(String path, byte type, int layer) {
        TarArchiveEntry entry = new TarArchiveEntry(path, type, true);
        entry.setMode(type == TarConstants.LF_DIR ? 0755 : 0644);
        entry.setModTime(new Date((SECONDS + layer) * 1000));
        return entry;
    }

    /** Loads the image {@code thirty}. */
    public static void load(EngineUnderTest engine) {
        ImageArchive image = new ImageArchive().tag("thirty:latest").layer(Rootfs.busybox());
        Random random = new Random(LAYERS);
        for (int i = 1; i < LAYERS; i++) {
            try (Rootfs layer = Rootfs.create("thirty-" + i + ".tar", "ISO-8859-1")) {
                fill(layer, i, random);
                image.layer(layer.done());
            }
        }
        engine.ok("load", "-i", image.write("thirty.tar").toString());
    }

    private static void fill(Rootfs layer, int i, Random random) {
        layer.put(entry("data/", TarConstants.LF_DIR, i), new byte[0]);
        layer.put(entry("data/d" + i + "/", TarConstants.LF_DIR, i), new byte[0]);
        byte[] content = new byte[random.nextInt(40_000)];
        random.nextBytes(content);
        TarArchiveEntry file = entry("data/d" + i + "/f" + i, TarConstants.LF_NORMAL, i);
        file.setSize(content.length);
        file.setUserId(i * 1000L);
        file.addPaxHeader("SCHILY.xattr.user.layer", "of layer " + i);
        file.addPaxHeader("mtime", SECONDS + i + ".123456789");
        layer.put(file, content);
        switch (i) {
            case 1 -> {
                for (String name : new String[] {"deleted", "hidden/a", "hidden/b", "link1", "setuid", "replaced"}) {
                    text(layer, "data/" + name, i, name);
                }
                TarArchiveEntry link = entry("data/link2", TarConstants.LF_LINK, i);
                link.setLinkName("data/link1");
                layer.put(link, new byte[0]);
                TarArchiveEntry symlink = entry("data/symlink", TarConstants.LF_SYMLINK, i);
                symlink.setLinkName("d1/f1");
                layer.put(symlink, new byte[0]);
                layer.put(entry("data/fifo", TarConstants.LF_FIFO, i), new byte[0]);
                TarArchiveEntry device = entry("data/null", TarConstants.LF_CHR, i);
                device.setDevMajor(1);
                device.setDevMinor(3);
                layer.put(device, new byte[0]);
            }
            case 2 -> text(layer, "data/d1/.wh.f1", i, "");
            case 3 -> {
                text(layer, "data/hidden/.wh..wh..opq", i, "");
                text(layer, "data/hidden/c", i, "c");
                layer.put(entry("data/hidden/", TarConstants.LF_DIR, i), new byte[0]);
            }
            case 4 -> {
                text(layer, "data/.wh.replaced", i, "");
                layer.put(entry("data/replaced/", TarConstants.LF_DIR, i), new byte[0]);
                text(layer, "data/replaced/inside", i, "now a folder");
            }
            case 5 ->
                text(layer, "data/" + new String(new byte[] {(byte) 0xff, 'b'}, StandardCharsets.ISO_8859_1), i, "");
            case 6 -> text(layer, "data/" + "long-name-".repeat(20), i, "long");
            case 7 -> text(layer, "data/d1/again", i, "a file of a layer above");
            default -> text(layer, "data/common", i, "layer " + i);
        }
        layer.put(entry("data/", TarConstants.LF_DIR, i), new byte[0]);
    }

    private static void text(Rootfs layer, String path, int i, String text) {
        TarArchiveEntry entry = entry(path, TarConstants.LF_NORMAL, i);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        entry.setSize(bytes.length);
        layer.put(entry, bytes);
    }

    /**
     * What is the same whatever driver has the container: the diff, and the digests of the exports of it and of what
     * was committed.
     */
    public String trace() {
        String id = engine.ok(
                "create",
                "--network",
                "none",
                "--storage-opt",
                "driver=" + driver,
                "thirty",
                "sh",
                "-e",
                "-c",
                CHANGES);
        engine.ok("start", "-a", id);
        String diff = engine.ok("diff", id);
        engine.ok("commit", id, "changed-" + driver);
        String exported = export(id);
        String again = engine.ok(
                "create", "--network", "none", "--storage-opt", "driver=" + driver, "changed-" + driver, "true");
        String exportedAgain = export(again);
        engine.ok("rm", id, again);
        engine.ok("rmi", "changed-" + driver);
        return String.join("\n", diff, exported, exportedAgain);
    }

    private String export(String id) {
        Rootfs fixed = Rootfs.create("fixed.tar");
        for (String folder : ENGINES_FOLDERS) {
            fixed.put(entry(folder, TarConstants.LF_DIR, 0), new byte[0]);
        }
        for (String file : ENGINES_FILES) {
            fixed.put(entry(file, TarConstants.LF_NORMAL, 0), new byte[0]);
        }
        for (String folder : ENGINES_FOLDERS) {
            fixed.put(entry(folder, TarConstants.LF_DIR, 0), new byte[0]);
        }
        TarArchiveEntry mtab = entry("etc/mtab", TarConstants.LF_SYMLINK, 0);
        mtab.setLinkName("/proc/mounts");
        fixed.put(mtab, new byte[0]);
        engine.felucca("cp", "-", id + ":/").stdin(fixed.done()).run().requireOk();
        Path tar = engine.folder().resolve("export.tar");
        engine.ok("export", "-o", tar.toString(), id);
        return Program.of("sha256sum", tar.toString()).ok().split(" ")[0];
    }
}
