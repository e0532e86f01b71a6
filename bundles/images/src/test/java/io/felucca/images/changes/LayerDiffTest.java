package io.felucca.images.changes;

import static io.felucca.images.layers.Trees.bytes;
import static io.felucca.images.layers.Trees.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.images.layers.LayerApplier;
import io.felucca.images.layers.Limits;
import io.felucca.images.layers.Owners;
import io.felucca.images.layers.Trees;
import io.felucca.images.layers.Whiteouts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat.Time;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs root. */
@Tag("root")
class LayerDiffTest {

    @TempDir
    Path folder;

    private final Directories directories = new KernelDirectories();
    private Path tree;

    @BeforeEach
    void make() throws IOException {
        tree = Files.createDirectory(folder.resolve("tree"));
        sh(tree, """
                mkdir -p usr/bin tmp; chmod 1777 tmp; chown 4000000:5 usr
                echo a > usr/bin/a; ln usr/bin/a usr/bin/b; chmod 4755 usr/bin/a
                ln -s $(printf 't%.0s' $(seq 150)) longlink; mknod null c 1 3; mkfifo fifo
                printf x > $'odd\\xff\\nname'; printf y > 名
                long=$(printf 'l%.0s' $(seq 160)); mkdir -p $long/$long; echo deep > $long/$long/$long
                fits=$(printf 'f%.0s' $(seq 90)); mkdir $fits; echo f > $fits/$fits
                truncate -s 20M sparse; printf data | dd of=sparse bs=1 seek=4194304 conv=notrunc status=none
                truncate -s 30000 hole; : > empty; head -c 300000 /dev/urandom > random
                find . -exec touch -h -d '2010-10-10 10:10:10.123456789' {} +
                touch -d '1960-01-01 00:00:00.25' empty
                """);
        try (Directory open = directories.open(tree)) {
            open.setXattr(bytes("empty"), bytes("trusted.b"), new byte[] {0, -1, 0});
            open.setXattr(bytes("empty"), bytes("user.a=b%"), bytes("v\n"));
            open.setXattr(bytes("tmp"), bytes("trusted.overlay.opaque"), bytes("y"));
        }
    }

    @AfterEach
    void remove() {
        try (Directory directory = directories.open(folder)) {
            directory.list().forEach(entry -> directory.removeTree(entry.name()));
        }
    }

    private byte[] export(Path of) {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        try (Directory directory = directories.open(of)) {
            LayerDiff.writeTree(directory, Owners.HOST, LayerDiff.Filter.ALL, tar);
        }
        return tar.toByteArray();
    }

    @Test
    void gnuTarReadsATreeAsItWas() throws IOException {
        byte[] tar = export(tree);
        assertThat(tar.length).as("holes are not written").isLessThan(1 << 20);
        Path file = Files.write(folder.resolve("x.tar"), tar);
        Path out = Files.createDirectory(folder.resolve("out"));
        sh(
                out,
                "tar --extract --xattrs --xattrs-include='*' --numeric-owner --same-permissions --file \"$1\"",
                file.toString());
        sh(folder, "touch -r tree out; chmod --reference=tree out");
        Trees.assertSame(out, tree);
    }

    @Test
    void whatIsWrittenIsReadAsItWasAndWrittenTheSameAgain() throws IOException {
        byte[] tar = export(tree);
        Path out = Files.createDirectory(folder.resolve("out"));
        try (Directory directory = directories.open(out)) {
            LayerApplier.apply(new ByteArrayInputStream(tar), directory, Whiteouts.PLAIN, Limits.NONE);
            directory.setTimes(new Time(0, 0), new Time(1_286_705_410, 123_456_789));
        }
        sh(folder, "touch -r tree out; chmod --reference=tree out");
        Trees.assertSame(out, tree);
        assertThat(export(out)).isEqualTo(tar);
        assertThat(LayerDiffTest.changes(directories, Optional.of(tree), out)).isEqualTo("[]");
    }

    private static String changes(Directories directories, Optional<Path> lower, Path upper) {
        try (Directory above = directories.open(upper)) {
            if (lower.isEmpty()) {
                return LayerDiff.changes(Optional.empty(), above, Owners.HOST, LayerDiff.Filter.ALL)
                        .toList()
                        .toString();
            }
            try (Directory below = directories.open(lower.get())) {
                return LayerDiff.changes(Optional.of(below), above, Owners.HOST, LayerDiff.Filter.ALL)
                        .toList()
                        .toString();
            }
        }
    }

    @Test
    void S34_everyKindOfChangeIsListedWithItsDirectories() {
        sh(folder, """
                cp -a tree now; cd now
                echo more >> usr/bin/a; touch tmp/new; rm null; chmod 700 tmp; rm fifo; mkdir fifo; touch fifo/in
                chown -h 9 longlink; rm -r f*f; setfattr -n user.x -v 1 random 2>/dev/null || chmod 600 random
                """);
        String changes = changes(directories, Optional.of(tree), folder.resolve("now"));
        assertThat(changes)
                .isEqualTo("[D /" + "f".repeat(90) + ", C /fifo, A /fifo/in, C /longlink, D /null, C /random, C /tmp,"
                        + " A /tmp/new, C /usr, C /usr/bin, C /usr/bin/a, C /usr/bin/b]");
    }

    @Test
    void whatTheFilterLeavesOutIsNeitherListedNorWritten() {
        try (Directory directory = directories.open(tree)) {
            LayerDiff.Filter filter = path -> !Arrays.equals(path, bytes("usr/bin")) && path.length < 4;
            assertThat(LayerDiff.changes(Optional.empty(), directory, Owners.HOST, filter)
                            .toList())
                    .hasToString("[A /tmp, A /usr, A /名]");
        }
    }

    private static Directory nest(Directory top, int levels) {
        Directory at = top;
        for (int i = 0; i < levels; i++) {
            at.makeDirectory(bytes("a"), 0755);
            Directory next = at.openDirectory(bytes("a"), Resolve.BENEATH);
            at.close();
            at = next;
        }
        return at;
    }

    @Test
    void T11_treesDeeperThanAStackAreWritten() throws IOException {
        Path deep = Files.createDirectory(folder.resolve("deep"));
        Directory bottom = nest(directories.open(deep), 2000);
        byte[] tar = export(deep);
        assertThat(tar.length).isGreaterThan(2000 * 512);
        Path out = Files.createDirectory(folder.resolve("out"));
        try (Directory directory = directories.open(out)) {
            LayerApplier.apply(new ByteArrayInputStream(tar), directory, Whiteouts.PLAIN, Limits.NONE);
        }
        assertThat(export(out)).isEqualTo(tar);

        nest(bottom, 100).close();
        assertThatThrownBy(() -> export(deep))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                .hasMessageStartingWith("a directory is nested deeper than a path can say: /a/a/a");
    }
}
