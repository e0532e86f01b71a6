package io.felucca.linux.folders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.IdMap;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Half-made states, made by hand (B3: a crash at any instant is harmless). */
class RecordFoldersTest {

    private record Thing(String name, String colour) {}

    private static final Thing RED = new Thing("thing", "red");

    @TempDir
    private Path root;

    private RecordFolders<Thing> folders;

    @BeforeEach
    void open() {
        folders =
                new RecordFolders<>(new KernelDirectories(), root, "things", "test-trash", new RecordFolders.Form<>() {
                    @Override
                    public String name(Thing thing) {
                        return thing.name();
                    }

                    @Override
                    public String format(Thing thing) {
                        return new RecordText()
                                .put("name", thing.name())
                                .put("colour", thing.colour())
                                .format();
                    }

                    @Override
                    public Optional<Thing> parse(String text) {
                        return RecordText.parse(text)
                                .map(values -> new Thing(values.get("name"), values.get("colour")));
                    }
                });
        folders.recover();
    }

    @AfterEach
    void close() {
        folders.close();
    }

    @Test
    void B3_aFolderIsThereWithItsRecordOrNotAtAll() throws IOException {
        Path half = folders.startHalf();
        Files.writeString(half.resolve("content"), "x");
        assertThat(folders.list()).isEmpty();
        folders.finish(half, RED);
        assertThat(folders.find("thing")).contains(RED);
        assertThat(folders.folder("thing").resolve("content")).hasContent("x");
        assertThat(half).doesNotExist();
    }

    @Test
    void B3_whatWasBeingMadeIsForgotten() throws IOException {
        Path half = folders.startHalf();
        folders.recover();
        assertThat(half).doesNotExist();
    }

    /** A power cut may leave a record empty, cut, full of what was on the disk before, or away. */
    @Test
    void B3_whatHasNoRecordThatCanBeReadIsPutAsideWithAllThatIsInIt() throws IOException {
        folders.finish(folders.startHalf(), RED);
        List<byte[]> records = List.of(
                new byte[0], "name cut\ncol".getBytes(UTF_8), new byte[4096], new byte[] {(byte) 0xff, (byte) 0xfe});
        for (int i = 0; i < records.size(); i++) {
            Path folder = Files.createDirectory(root.resolve("things/lost" + i));
            Files.write(folder.resolve("record"), records.get(i));
            Files.writeString(folder.resolve("content"), "written and synced " + i);
        }
        Path none = Files.createDirectory(root.resolve("things/lost4"));
        Files.writeString(none.resolve("content"), "written and synced 4");
        folders.recover();
        folders.recover();

        assertThat(folders.list()).containsExactly(RED);
        List<Path> aside = RecordFolders.children(root.resolve("unreadable"));
        assertThat(aside).hasSize(5);
        for (Path folder : aside) {
            String number = folder.getFileName().toString().replaceFirst("lost(.)-.*", "$1");
            assertThat(folder.resolve("content")).hasContent("written and synced " + number);
        }
        // The name is free again.
        folders.finish(folders.startHalf(), new Thing("lost0", "green"));
        assertThat(folders.find("lost0")).isPresent();
    }

    @Test
    void B3_aChangeOfNameIsFinishedOnceTheRecordIsReplacedAndUndoneBefore() throws IOException {
        folders.finish(folders.startHalf(), RED);
        String blue =
                new RecordText().put("name", "other").put("colour", "blue").format();
        Files.writeString(root.resolve("things/thing/record.new"), blue);
        folders.recover();
        assertThat(folders.list()).containsExactly(RED);

        Files.writeString(root.resolve("things/thing/record"), blue);
        assertThat(folders.list()).isEmpty();
        folders.recover();
        assertThat(folders.list()).containsExactly(new Thing("other", "blue"));
    }

    @Test
    void B3_aRecordAndItsNameAreReplacedTogether() {
        folders.finish(folders.startHalf(), RED);
        folders.replace("thing", new Thing("other", "blue"), root);
        assertThat(folders.list()).containsExactly(new Thing("other", "blue"));
        assertThat(folders.folder("thing")).doesNotExist();
    }

    @Test
    @Timeout(60)
    void whatIsDroppedIsGoneAtOnceAndItsBytesSoon() throws Exception {
        Path half = folders.startHalf();
        Files.createDirectories(half.resolve("a/b"));
        Files.writeString(half.resolve("a/b/c"), "x");
        folders.finish(half, RED);
        assertThat(folders.drop(folders.folder("thing"))).isTrue();
        assertThat(folders.find("thing")).isEmpty();
        assertThat(folders.drop(folders.folder("thing"))).isFalse();
        while (root.resolve("trash").toFile().list().length > 0) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    @Timeout(60)
    void B3_whatIsDroppedAfterTheEndIsDeletedByTheNextOne() throws Exception {
        folders.finish(folders.startHalf(), RED);
        folders.close();
        assertThat(folders.drop(folders.folder("thing"))).isTrue();
        assertThat(root.resolve("trash").toFile().list()).hasSize(1);
        open();
        while (root.resolve("trash").toFile().list().length > 0) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void aRecordIsReadAsItWasWrittenAndNoneWhenItWasCut() {
        IdMap map = new IdMap(
                List.of(new IdMap.Range(0, 100_000, 1000), new IdMap.Range(1000, 5, 1)),
                List.of(new IdMap.Range(0, 4_000_000_000L, 65_536)));
        String text =
                new RecordText().put("name", "a b").put("empty", "").put(map).format();
        Map<String, String> values = RecordText.parse(text).orElseThrow();
        assertThat(values).containsEntry("name", "a b").containsEntry("empty", "");
        assertThat(RecordText.idMap(values)).isEqualTo(map);
        for (int length = 0; length < text.length(); length++) {
            assertThat(RecordText.parse(text.substring(0, length))).isEmpty();
        }
    }
}
