package io.felucca.containers.rootfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileType;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The users of one root filesystem; what is expected was seen from dockerd 20.10.24 on the same files. */
class UserLookupTest {

    private static final String RANGE = "uids and gids must be in range 0-2147483647";

    @TempDir
    private Path root;

    private Directory directory;

    @BeforeEach
    void makeRoot() throws IOException {
        Files.createDirectory(root.resolve("etc"));
        Files.writeString(root.resolve("etc/passwd"), """
                root:x:0:0:root:/root:/bin/sh
                bob:x:1000:1000:Bob:/home/bob:/bin/sh
                # nobody:x:1:1::/:
                junk:x:zero:zero:Junk:/:/bin/sh
                large:x:4294967296:0:Large:/:/bin/sh
                short:x
                """);
        Files.writeString(
                root.resolve("etc/group"),
                "root:x:0:\nbob:x:1000:\nwheel:x:10:bob,root\nextra:x:20:root\nbad:x:zero:bob\nlast:x:30:bobby,bob");
        directory = new KernelDirectories().open(root);
    }

    @AfterEach
    void closeRoot() {
        directory.close();
    }

    private ResolvedUser resolve(String user, String... groupAdd) {
        return UserLookup.resolve(directory, user, List.of(groupAdd));
    }

    private void assertRefused(String user, String text) {
        assertThatThrownBy(() -> resolve(user))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                .hasMessage(text);
    }

    @Test
    @DisplayName("T14 supplementary groups are exact")
    void namesAndNumbersGiveTheSame() {
        ResolvedUser bob = new ResolvedUser(1000, 1000, List.of(1000, 10, 30), "/home/bob");
        assertThat(resolve("bob")).isEqualTo(bob);
        assertThat(resolve("1000")).isEqualTo(bob);
        assertThat(resolve("bob:")).isEqualTo(bob);
        ResolvedUser rootUser = new ResolvedUser(0, 0, List.of(0, 10, 20), "/root");
        for (String name : List.of("", "root", "0", "00")) {
            assertThat(resolve(name)).isEqualTo(rootUser);
        }
        assertThat(resolve(null)).isEqualTo(rootUser);
    }

    @Test
    @DisplayName("T14 a group that is given stands alone")
    void groupReplacesMemberships() {
        assertThat(resolve("bob:20")).isEqualTo(new ResolvedUser(1000, 20, List.of(20), "/home/bob"));
        assertThat(resolve("bob:extra")).isEqualTo(new ResolvedUser(1000, 20, List.of(20), "/home/bob"));
        assertThat(resolve(":20")).isEqualTo(new ResolvedUser(0, 20, List.of(20), "/root"));
        assertThat(resolve("7:8")).isEqualTo(new ResolvedUser(7, 8, List.of(8), "/"));
    }

    @Test
    void unknownNumberHasTheRootGroup() {
        assertThat(resolve("5555")).isEqualTo(new ResolvedUser(5555, 0, List.of(0), "/"));
        assertThat(resolve("2147483647")).isEqualTo(new ResolvedUser(Integer.MAX_VALUE, 0, List.of(0), "/"));
    }

    @Test
    void groupAddTakesNamesAndNumbers() {
        assertThat(resolve("root", "extra", "77").additionalGids()).containsExactly(0, 10, 20, 77);
        assertThatThrownBy(() -> resolve("root", "nope"))
                .hasMessage("Unable to find group nope: no matching entries in group file");
        assertThatThrownBy(() -> resolve("root", "2147483648")).hasMessage(RANGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2147483648",
                "4294967296",
                "4294967295",
                "-1",
                "99999999999999999999999999",
                "0:2147483648",
                "0:-1",
                "large"
            })
    @DisplayName("T14 a number out of range is an error, never root")
    void outOfRangeIsAnError(String user) {
        assertRefused(user, RANGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nope", "junk", "short", "0x0", "0 ", "1e3", "#", "bob\n"})
    @DisplayName("T14 junk is an error, never root")
    void junkIsAnError(String user) {
        assertRefused(user, "unable to find user " + user + ": no matching entries in passwd file");
    }

    @Test
    void unknownGroupIsAnError() {
        assertRefused("bob:nope", "unable to find group nope: no matching entries in group file");
        assertRefused("bob:bad", "unable to find group bad: no matching entries in group file");
    }

    @Test
    void worksWithoutAnyFiles() throws IOException {
        Files.delete(root.resolve("etc/passwd"));
        Files.delete(root.resolve("etc/group"));
        assertThat(resolve("")).isEqualTo(new ResolvedUser(0, 0, List.of(0), "/"));
        assertRefused("bob", "unable to find user bob: no matching entries in passwd file");
        Files.delete(root.resolve("etc"));
        assertThat(resolve("5:6")).isEqualTo(new ResolvedUser(5, 6, List.of(6), "/"));
    }

    @Test
    void followsLinksInsideTheRoot() throws IOException {
        Files.createDirectories(root.resolve("usr/lib"));
        Files.move(root.resolve("etc/passwd"), root.resolve("usr/lib/passwd"));
        Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("../usr/lib/passwd2"));
        Files.createSymbolicLink(root.resolve("usr/lib/passwd2"), Path.of("/usr/lib/passwd"));

        assertThat(resolve("bob").home()).isEqualTo("/home/bob");
    }

    @Test
    @DisplayName("T15 a link out of the root ends inside it")
    void readsNothingOfTheHost() throws IOException {
        Path outside = Files.createTempFile("passwd", "");
        Files.writeString(outside, "intruder:x:0:0::/:\n");
        Files.delete(root.resolve("etc/passwd"));
        Files.createSymbolicLink(root.resolve("etc/passwd"), outside);
        assertRefused("intruder", "unable to find user intruder: no matching entries in passwd file");
        Files.delete(root.resolve("etc/passwd"));
        Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("../../../../.." + outside));
        assertRefused("intruder", "unable to find user intruder: no matching entries in passwd file");
        Files.delete(outside);
    }

    @Tag("root")
    @Test
    @Timeout(120)
    @DisplayName("T15 a fifo, a device, a folder and a ring of links do not hang")
    void refusesWhatIsNoRegularFile() throws IOException {
        Path passwd = root.resolve("etc/passwd");
        try (Directory etc = directory.openDirectory("etc".getBytes(UTF_8), io.felucca.linux.files.Resolve.IN_ROOT)) {
            for (FileType type : List.of(FileType.FIFO, FileType.CHARACTER_DEVICE, FileType.SOCKET)) {
                Files.delete(passwd);
                etc.makeNode("passwd".getBytes(UTF_8), type, 0644, 1L << 32 | 9);
                assertThatThrownBy(() -> resolve("bob"))
                        .isInstanceOf(FeluccaException.class)
                        .hasMessage("/etc/passwd of the container is no regular file but " + type
                                + ": refusing to read it");
            }
        }
        Files.delete(passwd);
        Files.createSymbolicLink(passwd, Path.of("passwd"));
        assertThatThrownBy(() -> resolve("bob"))
                .hasMessage("/etc/passwd of the container: too many levels of symbolic links");
    }

    @Test
    @Timeout(120)
    @DisplayName("T11 a passwd file of 1 GB is a clean error")
    void refusesAHugeFile() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(root.resolve("etc/passwd").toFile(), "rw")) {
            file.setLength(1L << 30);
        }
        assertThatThrownBy(() -> resolve("nope"))
                .hasMessage("/etc/passwd of the container has a line of more than 64 KiB");
        try (var out = Files.newBufferedWriter(root.resolve("etc/passwd"))) {
            for (int i = 0; i < 300_000; i++) {
                out.write("user" + i + ":x:" + i + ":0:a long comment so that the file grows:/home/user" + i
                        + ":/bin/sh\n");
            }
        }
        assertThatThrownBy(() -> resolve("nope"))
                .hasMessage("/etc/passwd of the container is larger than 16 MiB: refusing to read it");
    }

    @Test
    @Timeout(60)
    @DisplayName("16 MB of empty lines in /etc/passwd take a time that grows with the file, not with its square (T11)")
    void emptyLinesAreReadOnce() throws IOException {
        byte[] lines = new byte[(16 << 20) - 64];
        java.util.Arrays.fill(lines, (byte) '\n');
        Files.write(root.resolve("etc/passwd"), lines);
        Files.writeString(root.resolve("etc/passwd"), "late:x:7:8::/late:\n", java.nio.file.StandardOpenOption.APPEND);

        assertThat(resolve("late").uid()).isEqualTo(7);
    }
}
