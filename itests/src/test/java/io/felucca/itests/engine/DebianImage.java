package io.felucca.itests.engine;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Root filesystems of Debian, from its packages by debootstrap: real software for tests. Each is made once in a build
 * and kept as an archive in {@code target/rootfs}.
 */
public final class DebianImage {

    /** Where PostgreSQL's programs are in {@link #postgresql}. */
    public static final String POSTGRESQL_BIN = "/usr/lib/postgresql/15/bin";

    private static final String SUITE = "bookworm";
    private static final long DEADLINE_SECONDS = 900;

    /**
     * Packages' scripts run in namespaces of their own, so that none leaves a mount or a process, whether this machine
     * may start services or not. What no test reads, JIT included, stays out of the archive.
     */
    private static final String SCRIPT = """
            set -eu
            root=$1 mirror=$2 packages=$3 tar=$4
            debootstrap --foreign --variant=minbase --include="$packages" %s "$root" ${mirror:+"$mirror"}
            printf '#!/bin/sh\\nexit 101\\n' >"$root/usr/sbin/policy-rc.d"
            chmod 755 "$root/usr/sbin/policy-rc.d"
            mkdir -p "$root/etc/postgresql-common"
            echo 'create_main_cluster = false' >"$root/etc/postgresql-common/createcluster.conf"
            DEBIAN_FRONTEND=noninteractive LC_ALL=C chroot "$root" /debootstrap/debootstrap --second-stage
            cd "$root"
            rm -rf var/cache/apt/* var/lib/apt/lists/* var/log/* usr/share/doc usr/share/man usr/share/locale
            rm -rf usr/lib/*/libLLVM* usr/lib/llvm* usr/lib/postgresql/*/lib/bitcode usr/lib/postgresql/*/lib/llvmjit*
            tar --numeric-owner --one-file-system --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' \\
                -cf "$tar" .
            """.formatted(SUITE);

    private DebianImage() {}

    /** PostgreSQL 15, without a cluster. */
    public static Path postgresql() {
        return with("postgresql");
    }

    /** The smallest Debian and these packages. */
    public static synchronized Path with(String... packages) {
        String names = String.join(",", packages);
        Path folder = Path.of("target", "rootfs").toAbsolutePath();
        Path archive = folder.resolve("debian-" + names.replace(',', '-') + ".tar");
        try (FileChannel lock =
                FileChannel.open(Files.createDirectories(folder).resolve("debian.lock"), CREATE, WRITE)) {
            // Another JVM of tests may be making it.
            lock.lock();
            if (!Files.exists(archive)) {
                make(names, archive);
            }
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void make(String packages, Path archive) {
        try {
            Files.createDirectories(archive.getParent());
            Path folder = Files.createTempDirectory(Path.of("/tmp"), "fldeb");
            try {
                // Namespaces first: the archive is moved when it is whole.
                Path made = archive.resolveSibling(folder.getFileName() + ".tar");
                Program.of(
                                "unshare",
                                "-m",
                                "-p",
                                "--fork",
                                "--kill-child",
                                "sh",
                                "-c",
                                SCRIPT,
                                "sh",
                                folder.resolve("root").toString(),
                                mirror(),
                                packages,
                                made.toString())
                        .run(DEADLINE_SECONDS)
                        .requireOk();
                Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Rootfs.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one that this machine uses, where it is a Debian of that name; else empty for debootstrap's own choice. */
    private static String mirror() {
        List<String> sites = Program.of(
                        "apt-get",
                        "indextargets",
                        "--format",
                        "$(SITE)",
                        "Created-By: Packages",
                        "Release: " + SUITE,
                        "Component: main")
                .run()
                .lines();
        return sites.isEmpty() ? "" : sites.get(0);
    }
}
