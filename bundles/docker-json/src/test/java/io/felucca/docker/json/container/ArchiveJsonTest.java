package io.felucca.docker.json.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.images.Layers.Change;
import io.felucca.images.Layers.Kind;
import io.felucca.images.Layers.PathStat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchiveJsonTest {

    /** As dockerd 20.10 wrote it. */
    @Test
    void aPathIsToldAsDockerdTellsIt() {
        PathStat stat = new PathStat("d", 4096, 040755, Instant.parse("2026-11-24T14:39:16.812322572Z"), "");

        String header = ArchiveJson.pathStatHeader(stat);

        assertThat(new String(Base64.getDecoder().decode(header), StandardCharsets.UTF_8))
                .isEqualTo("{\"name\":\"d\",\"size\":4096,\"mode\":2147484141,"
                        + "\"mtime\":\"2026-11-24T14:39:16.812322572Z\",\"linkTarget\":\"\"}");
    }

    /** The first three as dockerd 20.10 wrote them; the others from Go's os.FileMode. */
    @ParameterizedTest
    @CsvSource({
        "0040755, 2147484141",
        "0120777, 134218239",
        "0100644, 420",
        "0041777, 2148532735",
        "0104755, 8389101",
        "0102755, 4194797",
        "0010600, 33554816",
        "0060660, 67109296",
        "0020666, 69206454",
        "0140700, 16777664"
    })
    void modesAreGos(String octal, long expected) {
        assertThat(ArchiveJson.goMode(Integer.parseInt(octal, 8))).isEqualTo(expected);
    }

    @Test
    void noChangeIsNull() throws IOException {
        assertThat(changes()).isEqualTo("null");
        assertThat(changes(
                        new Change(Kind.MODIFIED, "/etc"),
                        new Change(Kind.ADDED, "/名"),
                        new Change(Kind.DELETED, "/x")))
                .isEqualTo(
                        "[{\"Path\":\"/etc\",\"Kind\":0},{\"Path\":\"/名\",\"Kind\":1},{\"Path\":\"/x\",\"Kind\":2}]");
    }

    private static String changes(Change... changes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ArchiveJson.writeChanges(List.of(changes).iterator(), out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
