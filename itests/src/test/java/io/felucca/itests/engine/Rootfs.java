package io.felucca.itests.engine;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes archives of root filesystems from the machine's own busybox, and any other that a test needs. */
public final class Rootfs implements AutoCloseable {

    private static Path busybox;

    private final TarArchiveOutputStream tar;
    private final Path file;

    private Rootfs(Path file, OutputStream out, String encoding) {
        this.file = file;
        this.tar = new TarArchiveOutputStream(out, encoding);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    /** The archive of a small, whole root filesystem; made once. */
    public static synchronized Path busybox() {
        if (busybox == null) {
            busybox = create("busybox.tar").busyboxFiles().done();
        }
        return busybox;
    }

    /** An archive in target/rootfs (or where {@code felucca.rootfs} says), to be filled and {@link #done}. */
    public static Rootfs create(String name) {
        return create(name, "UTF-8");
    }

    /** Names are written in this encoding: ISO-8859-1 gives every byte. */
    public static Rootfs create(String name, String encoding) {
        try {
            Path folder = Files.createDirectories(Path.of(System.getProperty("felucca.rootfs", "target/rootfs"))
                    .toAbsolutePath());
            Path file = folder.resolve(name);
            return new Rootfs(file, new BufferedOutputStream(Files.newOutputStream(file)), encoding);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Rootfs busyboxFiles() {
        for (String folder : List.of("bin", "dev", "etc", "home", "proc", "root", "sys", "usr", "var")) {
            directory(folder, 0755);
        }
        directory("tmp", 01777);
        Path program = Path.of("/bin/busybox");
        try {
            file("bin/busybox", 0755, Files.readAllBytes(program));
        } catch (IOException e) {
            throw new UncheckedIOException("install busybox-static", e);
        }
        for (String applet :
                Program.of(program.toString(), "--list").run().requireOk().lines()) {
            if (!applet.equals("busybox")) {
                symlink("bin/" + applet, "busybox");
            }
        }
        file(
                "etc/passwd",
                0644,
                "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"
                        + "www:x:33:33:www:/var:/bin/sh\n");
        file("etc/group", 0644, "root:x:0:\nnogroup:x:65534:\nwww:x:33:\nextra:x:44:www\n");
        file("etc/os-release", 0644, "NAME=\"Felucca test\"\nID=felucca-test\n");
        return this;
    }

    public Rootfs directory(String path, int mode) {
        TarArchiveEntry entry = new TarArchiveEntry(path + "/", true);
        entry.setMode(mode);
        return put(entry, new byte[0]);
    }

    public Rootfs file(String path, int mode, String text) {
        return file(path, mode, text.getBytes(StandardCharsets.UTF_8));
    }

    public Rootfs file(String path, int mode, byte[] bytes) {
        TarArchiveEntry entry = new TarArchiveEntry(path, true);
        entry.setMode(mode);
        entry.setSize(bytes.length);
        return put(entry, bytes);
    }

    public Rootfs symlink(String path, String target) {
        TarArchiveEntry entry = new TarArchiveEntry(path, TarConstants.LF_SYMLINK, true);
        entry.setLinkName(target);
        return put(entry, new byte[0]);
    }

    public Rootfs hardLink(String path, String target) {
        TarArchiveEntry entry = new TarArchiveEntry(path, TarConstants.LF_LINK, true);
        entry.setLinkName(target);
        return put(entry, new byte[0]);
    }

    public Rootfs device(String path, byte type, int major, int minor) {
        TarArchiveEntry entry = new TarArchiveEntry(path, type, true);
        entry.setDevMajor(major);
        entry.setDevMinor(minor);
        entry.setMode(0666);
        return put(entry, new byte[0]);
    }

    /** Any entry, for owners, times and attributes. */
    public Rootfs put(TarArchiveEntry entry, byte[] bytes) {
        try {
            tar.putArchiveEntry(entry);
            tar.write(bytes);
            tar.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path done() {
        close();
        return file;
    }

    @Override
    public void close() {
        try {
            tar.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes a folder with names of any bytes, which Path cannot name under every locale. */
    public static void delete(Path folder) {
        List<String> words = new ArrayList<>(List.of("rm", "-rf", "--one-file-system", "--", folder.toString()));
        new Program(words).run().requireOk();
    }
}
