package io.felucca.images.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.images.tar.TarEntry;
import io.felucca.images.tar.TarWriter;
import io.felucca.linux.files.Stat.Time;
import io.felucca.linux.files.Xattr;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Real trees, GNU tar's view of them, and archives made entry by entry. Needs root, tar and sh. */
public final class Trees {

    static final Time TIME = new Time(1_500_000_000, 123_456_789);

    private Trees() {}

    /** Runs a script in a folder; the words are its $1, $2… */
    public static byte[] sh(Path folder, String script, String... words) {
        List<String> command = new ArrayList<>(List.of("bash", "-eus"));
        command.addAll(List.of(words));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(false)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            // Not as a word: the JDK would encode it as the locale says.
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(bytes(script));
            }
            byte[] output = process.getInputStream().readAllBytes();
            assertThat(process.waitFor()).as(script).isZero();
            return output;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Owners, modes, times to the nanosecond, attributes, links and holes, as one archive in the order of names. */
    static byte[] tarView(Path tree) {
        return sh(
                tree,
                "LC_ALL=C tar --create --format=posix --sparse-version=0.0 --sort=name --numeric-owner --sparse --xattrs --xattrs-include='*'"
                        + " --xattrs-exclude='trusted.overlay.*'"
                        + " --pax-option=delete=atime,delete=ctime,exthdr.name=x --file=- .");
    }

    public static void assertSame(Path tree, Path expected) {
        assertThat(listing(tree)).isEqualTo(listing(expected));
        assertThat(Arrays.equals(tarView(tree), tarView(expected)))
                .as("tar's view")
                .isTrue();
    }

    /** For a message that can be read. */
    static String listing(Path tree) {
        return new String(
                sh(tree, "LC_ALL=C find . -printf '%P %y %m %U:%G %s %T@ %n %l\\n' | LC_ALL=C sort"),
                StandardCharsets.ISO_8859_1);
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static TarEntry directory(String path) {
        return entry(path, TarEntry.DIRECTORY, "", 0);
    }

    static TarEntry link(char type, String path, String target) {
        return entry(path, type, target, 0);
    }

    static TarEntry entry(String path, char type, String target, long rdev) {
        int mode = type == TarEntry.DIRECTORY ? 0755 : 0644;
        return new TarEntry(
                bytes(path), type, mode, 0, 0, 0, 0, TIME, TIME, bytes(target), rdev, List.of(), Optional.empty());
    }

    static TarEntry withXattr(TarEntry entry, String name, String value) {
        return new TarEntry(
                entry.path(),
                entry.type(),
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.sizeBytes(),
                entry.storedBytes(),
                entry.modified(),
                entry.accessed(),
                entry.linkTarget(),
                entry.rdev(),
                List.of(new Xattr(bytes(name), bytes(value))),
                entry.sparse());
    }

    /** Builds an archive; a file's content is its own path. */
    static final class Archive {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Archive add(TarEntry... entries) {
            for (TarEntry entry : entries) {
                ByteArrayOutputStream member = new ByteArrayOutputStream();
                TarWriter writer = new TarWriter(member);
                writer.write(entry);
                writer.finish();
                out.write(member.toByteArray(), 0, member.size() - 1024);
            }
            return this;
        }

        Archive file(String path) {
            return file(path, path);
        }

        Archive file(String path, String content) {
            byte[] data = Trees.bytes(content);
            TarEntry plain = entry(path, TarEntry.FILE, "", 0);
            add(new TarEntry(
                    plain.path(),
                    plain.type(),
                    plain.mode(),
                    0,
                    0,
                    data.length,
                    data.length,
                    TIME,
                    TIME,
                    plain.linkTarget(),
                    0,
                    List.of(),
                    Optional.empty()));
            out.writeBytes(data);
            out.writeBytes(new byte[-data.length & 511]);
            return this;
        }

        byte[] unfinished() {
            return out.toByteArray();
        }

        byte[] finished() {
            Archive copy = new Archive();
            copy.out.writeBytes(out.toByteArray());
            copy.out.writeBytes(new byte[1024]);
            return copy.out.toByteArray();
        }

        InputStream stream() {
            return new ByteArrayInputStream(finished());
        }
    }
}
