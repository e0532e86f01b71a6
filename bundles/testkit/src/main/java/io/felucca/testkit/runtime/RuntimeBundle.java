package io.felucca.testkit.runtime;

import io.felucca.runtime.spi.RuntimeDriver.TaskSpec;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A root filesystem made of the machine's own static busybox, and small OCI specs of containers on it. */
public final class RuntimeBundle {

    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final List<String> LINKS = List.of(
            "sh",
            "sleep",
            "cat",
            "echo",
            "true",
            "ls",
            "id",
            "env",
            "head",
            "stty",
            "dd",
            "tr",
            "seq",
            "test",
            "mount",
            "unshare",
            "grep",
            "readlink",
            "ps",
            "kill",
            "hostname",
            "wc",
            "touch",
            "sync",
            "nproc");

    private final Path directory;

    /** @param directory empty and short; sockets lie in it */
    public RuntimeBundle(Path directory) throws IOException {
        this.directory = directory;
        Path rootfs = rootfs();
        for (String folder : List.of("bin", "etc", "tmp", "proc", "sys", "dev", "root")) {
            Files.createDirectories(rootfs.resolve(folder));
        }
        if (!Files.isExecutable(BUSYBOX)) {
            throw new IllegalStateException("this test needs a static busybox: apt-get install busybox-static");
        }
        Files.copy(BUSYBOX, rootfs.resolve("bin/busybox"));
        for (String link : LINKS) {
            Files.createSymbolicLink(rootfs.resolve("bin").resolve(link), Path.of("busybox"));
        }
        Files.writeString(rootfs.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
        Files.writeString(rootfs.resolve("etc/group"), "root:x:0:\n");
        Files.writeString(rootfs.resolve("notexec"), "no program\n");
        Files.setPosixFilePermissions(rootfs.resolve("notexec"), PosixFilePermissions.fromString("rw-r--r--"));
    }

    public Path directory() {
        return directory;
    }

    public Path rootfs() {
        return directory.resolve("rootfs");
    }

    /** A task whose folders are of its id's name; it has a log. */
    public RuntimeTask task(String id, Map<String, Object> spec, boolean terminal, boolean stdin, boolean stdinOnce)
            throws IOException {
        Path own = Files.createDirectories(directory.resolve(id));
        Path exits = Files.createDirectories(directory.resolve(id + "-exit"));
        TaskSpec task = new TaskSpec(
                id, own, exits, own, terminal, stdin, stdinOnce, Optional.of(own.resolve("log")), 0, List.of());
        return new RuntimeTask(task, spec);
    }

    public RuntimeTask task(String id, Map<String, Object> spec) throws IOException {
        return task(id, spec, false, false, false);
    }

    /** Private namespaces, the kernel's filesystems, no seccomp, few rights. */
    public Map<String, Object> spec(String cgroup, List<String> args, boolean terminal) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("ociVersion", "1.0.2");
        spec.put("process", process(args, terminal));
        spec.put("root", Map.of("path", rootfs().toString()));
        spec.put("hostname", "contract");
        spec.put(
                "mounts",
                List.of(
                        mount("/proc", "proc", List.of("nosuid", "noexec", "nodev")),
                        mount("/dev", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k")),
                        mount(
                                "/dev/pts",
                                "devpts",
                                List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"))));
        List<Object> namespaces = new ArrayList<>();
        for (String type : List.of("pid", "network", "ipc", "uts", "mount")) {
            namespaces.add(Map.of("type", type));
        }
        Map<String, Object> linux = new LinkedHashMap<>();
        linux.put("cgroupsPath", cgroup);
        linux.put("namespaces", namespaces);
        spec.put("linux", linux);
        return spec;
    }

    public Map<String, Object> process(List<String> args, boolean terminal) {
        Map<String, Object> process = new LinkedHashMap<>();
        process.put("terminal", terminal);
        process.put("user", Map.of("uid", 0, "gid", 0));
        process.put("args", args);
        process.put("env", List.of("PATH=/bin", "TERM=xterm"));
        process.put("cwd", "/");
        List<String> capabilities = List.of("CAP_KILL", "CAP_SYS_CHROOT");
        process.put(
                "capabilities", Map.of("bounding", capabilities, "effective", capabilities, "permitted", capabilities));
        return process;
    }

    private static Map<String, Object> mount(String path, String type, List<String> options) {
        return Map.of("destination", path, "type", type, "source", type, "options", options);
    }

    /** Removes all files. */
    public void delete() throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException error) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
