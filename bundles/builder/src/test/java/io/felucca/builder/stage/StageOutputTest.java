package io.felucca.builder.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.Digest;
import io.felucca.builder.Builder.Output;
import io.felucca.registry.Registry.Progress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StageOutputTest {

    private static final Digest IMAGE = new Digest("sha256:" + "1".repeat(64));

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();

    private final Output seen = new Output() {
        @Override
        public void text(String text) {
            told.add(text);
        }

        @Override
        public void bytes(boolean stderr, byte[] bytes, int offset, int length) {
            told.add((stderr ? "err " : "out ") + new String(bytes, offset, length, StandardCharsets.UTF_8));
        }

        @Override
        public void stage(Digest image) {
            told.add("stage " + image);
        }

        @Override
        public Progress transfers() {
            return new Progress() {
                @Override
                public void status(String id, String text) {
                    told.add("status " + id + " " + text);
                }

                @Override
                public void bytes(String id, String action, long current, long total) {
                    told.add("bytes " + id + " " + action + " " + current + " " + total);
                }
            };
        }
    };

    private StageOutput output(long left) {
        return new StageOutput(seen, folder.resolve("stage"), new AtomicLong(left), () -> true);
    }

    private static void write(StageOutput output, boolean stderr, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        output.bytes(stderr, bytes, 0, bytes.length);
    }

    private static void tellAll(StageOutput output) {
        output.step(1, 2, "RUN x");
        write(output, false, "ü\n");
        write(output, true, "loud");
        output.transfers().status("id", "Pulling");
        output.stage(IMAGE);
    }

    @Test
    @DisplayName("what a stage tells is kept in its order until it is shown, and told at once from then on")
    void isKeptUntilShown() {
        StageOutput output = output(100);
        tellAll(output);
        output.transfers().bytes("id", "Downloading", 1, 2);
        assertThat(told).isEmpty();

        output.show();

        List<String> all = List.of("Step 1/2 : RUN x\n", "out ü\n", "err loud", "status id Pulling", "stage " + IMAGE);
        assertThat(told).isEqualTo(all);
        assertThat(folder).isEmptyDirectory();
        told.clear();
        tellAll(output);
        output.transfers().bytes("id", "Downloading", 1, 2);
        assertThat(told).startsWith(all.toArray(String[]::new)).endsWith("bytes id Downloading 1 2");
    }

    @Test
    @DisplayName("T25: of what containers write no more is kept than the build's limit leaves, and that is told")
    void keepsNoMoreThanItMay() {
        AtomicLong left = new AtomicLong(10);
        StageOutput output = new StageOutput(seen, folder.resolve("stage"), left, () -> true);
        write(output, false, "12345678");
        for (int i = 0; i < 1000; i++) {
            write(output, false, "more");
        }
        output.text("Step 2\n");
        output.end();
        assertThat(folder.resolve("stage").toFile().length()).isLessThan(200);

        output.show();

        assertThat(told)
                .containsExactly(
                        "out 12345678",
                        "\n[output clipped: more than 64MiB came while an earlier stage was shown]\n",
                        "Step 2\n");
        assertThat(left).hasValue(10);
        write(output, false, "shown again");
        assertThat(told).endsWith("out shown again");
    }

    @Test
    @DisplayName("a line that a failure elsewhere has cut is ended")
    void aCutLineIsEnded() {
        StageOutput output = output(10);
        output.cut();
        output.show();
        write(output, false, "half");
        output.cut();
        output.cut();
        assertThat(told).containsExactly("out half", "\n");
    }
}
