package io.felucca.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives of the user's files. That they are Docker's is shown by CopyIT, beside the docker command. */
class TreeTest {

    @TempDir
    private Path folder;

    private Path from;
    private Path to;

    @BeforeEach
    void makeFolders() throws IOException {
        from = Files.createDirectories(folder.resolve("from"));
        to = Files.createDirectories(folder.resolve("to"));
    }

    private byte[] packed(String name) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        new TarPacking(archive).write(from, name.getBytes(StandardCharsets.UTF_8));
        return archive.toByteArray();
    }

    private void unpack(byte[] archive, int pieceBytes) throws IOException {
        TreeWriting writing = new TreeWriting("to", TreeFacts.target(to.toString()));
        for (int at = 0; at < archive.length; at += pieceBytes) {
            writing.write(ByteBuffer.wrap(archive, at, Math.min(pieceBytes, archive.length - at)));
        }
        writing.finish();
    }

    private static Path named(Path folder, int... bytes) {
        byte[] name = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            name[i] = (byte) bytes[i];
        }
        return ByteNames.child(folder, name);
    }

    @Test
    @DisplayName("what is packed is unpacked the same, in pieces of any size, names that are no text too")
    void bothWays() throws IOException {
        Files.writeString(from.resolve("n".repeat(150)), "long");
        Files.writeString(named(from, 'b', 0xff), "no text");
        Files.createSymbolicLink(from.resolve("link"), named(Path.of(""), 0xfe));
        Files.createDirectories(from.resolve("名/deep"));
        Files.createLink(from.resolve("名/twice"), named(from, 'b', 0xff));
        Files.setAttribute(from.resolve("名"), "unix:mode", 02500);

        for (int pieceBytes : new int[] {1, 511, 65_534}) {
            unpack(packed("p" + pieceBytes), pieceBytes);
            Path copy = to.resolve("p" + pieceBytes);
            assertThat(copy.resolve("n".repeat(150))).hasContent("long");
            assertThat(named(copy, 'b', 0xff)).hasContent("no text");
            assertThat(ByteNames.target(Files.readSymbolicLink(copy.resolve("link"))))
                    .containsExactly(0xfe);
            assertThat(Files.getAttribute(copy.resolve("名/twice"), "unix:nlink"))
                    .isEqualTo(2);
            assertThat((int) Files.getAttribute(copy.resolve("名"), "unix:mode") & 07777)
                    .isEqualTo(02500);
        }
    }

    @Test
    @DisplayName("T7: a link's own bytes come through, and one that leads out is refused as by Docker")
    void links() throws IOException {
        Files.createSymbolicLink(from.resolve("in"), Path.of("a/../b"));
        unpack(packed("x"), 512);
        assertThat(Files.readSymbolicLink(to.resolve("x/in"))).hasToString("a/../b");

        Files.createSymbolicLink(from.resolve("out"), Path.of("../../../etc"));
        assertThatThrownBy(() -> unpack(packed("y"), 512))
                .hasMessage("invalid symlink \"" + to + "/y/out\" -> \"../../../etc\"");
    }

    @Test
    @DisplayName("T7, T9: nothing is written through a link, or above the folder, whatever the archive says")
    void throughNoLink() throws IOException {
        Path victim = Files.createDirectories(folder.resolve("victim"));
        Files.createSymbolicLink(to.resolve("x"), victim);
        Files.writeString(from.resolve("f"), "x");

        byte[] below = packed("x/y");
        assertThatThrownBy(() -> unpack(below, 512)).hasMessageContaining("not a directory");
        byte[] above = packed("../victim");
        assertThatThrownBy(() -> unpack(above, 512)).hasMessageContaining("is outside of");
        byte[] inPlace = packed("x");
        assertThatThrownBy(() -> unpack(inPlace, 512)).hasMessageContaining("cannot overwrite non-directory");
        assertThat(victim).isEmptyDirectory();
        assertThat(Files.exists(folder.resolve("victim/f"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    @DisplayName("an archive that is cut, or none, is told")
    void cut() throws IOException {
        byte[] archive = packed("x");
        assertThatThrownBy(() -> unpack(Arrays.copyOf(archive, archive.length - 1024), 512))
                .hasMessage("unexpected EOF");
        assertThatThrownBy(() -> unpack("no archive".repeat(60).getBytes(StandardCharsets.UTF_8), 512))
                .hasMessage("archive/tar: invalid tar header");
    }
}
