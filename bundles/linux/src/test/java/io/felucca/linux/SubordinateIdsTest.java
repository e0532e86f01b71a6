package io.felucca.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.IdMap;
import io.felucca.IdMap.Range;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubordinateIdsTest {

    @TempDir
    Path etc;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(etc.resolve("passwd"), "root:x:0:0::/:/bin/sh\nanna:x:1001:1001::/:/bin/sh\n");
        Files.writeString(etc.resolve("group"), "anna:x:1001:\nstaff:x:50:\n");
        Files.writeString(etc.resolve("subuid"), "dockremap:100000:65536\n1001:200000:10\nanna:300000:20\n");
        Files.writeString(etc.resolve("subgid"), "dockremap:110000:65536\nstaff:400000:30\n");
    }

    @Test
    @DisplayName("S8: default is Docker's user dockremap")
    void S8_default() {
        assertThat(new SubordinateIds(etc).read("default"))
                .isEqualTo(new IdMap(List.of(new Range(0, 100000, 65536)), List.of(new Range(0, 110000, 65536))));
        assertThat(new SubordinateIds(etc).read("")).isEqualTo(IdMap.NONE);
    }

    @Test
    void aUserAndAGroupByNameOrNumberWithSeveralRanges() {
        IdMap expected = new IdMap(
                List.of(new Range(0, 200000, 10), new Range(10, 300000, 20)), List.of(new Range(0, 400000, 30)));

        assertThat(new SubordinateIds(etc).read("anna:staff")).isEqualTo(expected);
        assertThat(new SubordinateIds(etc).read("1001:50")).isEqualTo(expected);
    }

    @Test
    void withoutARangeTheRemedyIsSaid() {
        assertThatThrownBy(() -> new SubordinateIds(etc).read("nobody"))
                .hasMessage(
                        "userns-remap nobody: /etc/subuid has no range for nobody: add a line such as nobody:100000:65536");
    }
}
