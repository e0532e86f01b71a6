package io.felucca.linux.kernel.mounts;

import io.felucca.FeluccaException;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import io.felucca.storage.spi.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mounts an overlay of any number of lower directories. mount(2) takes one page of options; beyond it each is given by
 * fsconfig's {@code lowerdir+} (kernel 6.7 and later), and where the kernel does not know that, or a path is longer
 * than the 255 bytes it takes, by short links from a thread with a working directory of its own.
 */
final class OverlayMount {

    private static final Logger LOG = LoggerFactory.getLogger(OverlayMount.class);
    private static final int PAGE_BYTES = 4095;
    private static final int FSCONFIG_BYTES = 255;
    private static final Libc.Function UNSHARE = Libc.function("unshare");
    private static final Libc.Function CHDIR = Libc.function("chdir");
    private static final int CLONE_FS = 0x200;

    private final Mount mount;
    private final String target;
    private final MountOptions options;
    private final List<String> lower;

    OverlayMount(Mount mount, String target) {
        this.mount = mount;
        this.target = target;
        this.options = MountOptions.of(mount.options());
        this.lower = lowerDirectories(options.data());
    }

    void make() {
        String data = String.join(",", options.data());
        boolean escaped = lower.stream().anyMatch(path -> path.indexOf(':') >= 0);
        if (data.length() <= PAGE_BYTES && !escaped) {
            int errno = MountCalls.mount(mount.source(), target, "overlay", options.flags(), data);
            if (errno != 0) {
                throw failed(errno);
            }
        } else if (!makeByConfiguration()) {
            makeByLinks();
        }
    }

    private FeluccaException failed(int errno) {
        return FeluccaException.system(Errno.message("mount", subject(), errno)
                + "; the kernel's log (dmesg) has the reason. Options: " + mount.options());
    }

    private String subject() {
        return "an overlay of " + lower.size() + " lower directories on " + target;
    }

    /** False when this kernel cannot. */
    boolean makeByConfiguration() {
        boolean tooLong = lower.stream().anyMatch(path -> path.length() > FSCONFIG_BYTES);
        if (tooLong) {
            return false;
        }
        try (KernelFd fileSystem = MountCalls.openFileSystem("overlay")) {
            MountCalls.configure(fileSystem, "source", mount.source());
            for (String path : lower) {
                int errno = MountCalls.configure(fileSystem, "lowerdir+", path);
                if (errno == Errno.EINVAL) {
                    return false;
                } else if (errno != 0) {
                    throw Errno.system("fsconfig lowerdir+=" + path, subject(), errno);
                }
            }
            for (String option : options.data()) {
                int equals = option.indexOf('=');
                String key = equals < 0 ? option : option.substring(0, equals);
                String value = equals < 0 ? null : option.substring(equals + 1);
                if (key.equals("lowerdir")) {
                    continue;
                } else if (value != null && value.length() > FSCONFIG_BYTES) {
                    return false;
                }
                int errno = MountCalls.configure(fileSystem, key, value);
                if (errno != 0) {
                    throw Errno.system("fsconfig " + option, subject(), errno);
                }
            }
            if ((options.flags() & MountOptions.MS_RDONLY) != 0) {
                MountCalls.configure(fileSystem, "ro", null);
            }
            try (KernelFd made = MountCalls.create(fileSystem, subject(), options.attributes())) {
                MountCalls.attach(made, target);
            }
            return true;
        }
    }

    /** Links named by their number stand for the lower directories; the overlay resolves them while it is mounted. */
    void makeByLinks() {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("felucca-overlay");
            List<String> names = new ArrayList<>();
            for (String path : lower) {
                String name = Integer.toString(names.size(), Character.MAX_RADIX);
                Files.createSymbolicLink(folder.resolve(name), Path.of(path));
                names.add(name);
            }
            List<String> data = new ArrayList<>(options.data());
            data.replaceAll(option -> option.startsWith("lowerdir=") ? "lowerdir=" + String.join(":", names) : option);
            inFolder(folder, String.join(",", data));
        } catch (IOException e) {
            throw FeluccaException.system("cannot make links for " + subject(), e);
        } finally {
            removeLinks(folder);
        }
    }

    private void inFolder(Path folder, String data) {
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        // unshare(CLONE_FS) makes the working directory the thread's own; it ends with the thread.
        Thread thread = new Thread(
                () -> {
                    try {
                        step("unshare CLONE_FS", UNSHARE.call(CLONE_FS));
                        step("chdir", CHDIR.call(Scratch.get().reset().text(folder.toString())));
                        int errno = MountCalls.mount(mount.source(), target, "overlay", options.flags(), data);
                        if (errno != 0) {
                            throw failed(errno);
                        }
                    } catch (RuntimeException e) {
                        failure.set(e);
                    }
                },
                "felucca-overlay-mount");
        thread.start();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private void step(String call, int result) {
        if (result < 0) {
            throw Errno.system(call, subject(), Libc.errno());
        }
    }

    private void removeLinks(Path folder) {
        if (folder != null) {
            for (int i = 0; i < lower.size(); i++) {
                delete(folder.resolve(Integer.toString(i, Character.MAX_RADIX)));
            }
            delete(folder);
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.debug("left behind: {}", path, e);
        }
    }

    /** The paths of {@code lowerdir=}, unescaped: a backslash makes a colon part of a name. */
    static List<String> lowerDirectories(List<String> options) {
        List<String> paths = new ArrayList<>();
        for (String option : options) {
            if (option.startsWith("lowerdir=")) {
                StringBuilder path = new StringBuilder();
                for (int i = "lowerdir=".length(); i < option.length(); i++) {
                    char c = option.charAt(i);
                    if (c == '\\' && i + 1 < option.length()) {
                        path.append(option.charAt(++i));
                    } else if (c == ':') {
                        paths.add(path.toString());
                        path.setLength(0);
                    } else {
                        path.append(c);
                    }
                }
                paths.add(path.toString());
            }
        }
        return paths;
    }
}
