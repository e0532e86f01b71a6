package io.felucca.shell.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.shell.user.ClientSession.Size;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StepViewTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong();
    private volatile Size size = new Size(40, 12);
    private final StepView view =
            new StepView(new PrintStream(written, true, StandardCharsets.UTF_8), () -> size, nanos::get);

    @AfterEach
    void close() {
        view.close();
    }

    /** What a terminal shows now. */
    private List<String> screen() {
        List<String> lines = new ArrayList<>();
        Matcher pieces = Pattern.compile("\u001b\\[(\\d+)A|\r\u001b\\[J|([^\r\u001b]*)\r\n")
                .matcher(written.toString(StandardCharsets.UTF_8));
        int up = 0;
        int end = 0;
        while (pieces.find()) {
            assertThat(pieces.start()).as("all is known that is written").isEqualTo(end);
            end = pieces.end();
            if (pieces.group(1) != null) {
                up = Integer.parseInt(pieces.group(1));
            } else if (pieces.group(2) == null) {
                lines.subList(lines.size() - up, lines.size()).clear();
                up = 0;
            } else {
                lines.add(pieces.group(2));
            }
        }
        return lines;
    }

    private void awaitScreen(String... lines) {
        await().untilAsserted(() -> assertThat(screen()).containsExactly(lines));
    }

    private void writes(int step, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        view.wrote(step, bytes, 0, bytes.length);
    }

    @Test
    @DisplayName("steps that have ended are a line each, above those that run with the last lines that they wrote")
    void stepsAreShown() {
        view.began(1, 4, "FROM busybox");
        view.ended(1, true);
        view.began(2, 4, "RUN make   \\\n   all");
        view.began(4, 4, "RUN other");
        writes(2, "one\ntwo\nthree\nfour\nfi");
        writes(2, "ve\nhalf a line");
        nanos.set(1_250_000_000L);
        awaitScreen(
                "1/4 FROM busybox                 cached",
                "2/4 RUN make   \\ all               1.2s",
                "    two",
                "    three",
                "    four",
                "    five",
                "4/4 RUN other                      1.2s");

        view.ended(2, false);
        nanos.set(125_000_000_000L);
        awaitScreen(
                "1/4 FROM busybox                 cached",
                "2/4 RUN make   \\ all               1.2s",
                "4/4 RUN other                     2m05s");
        view.close();
        assertThat(screen())
                .containsExactly("1/4 FROM busybox                 cached", "2/4 RUN make   \\ all               1.2s");
    }

    @Test
    @DisplayName("a pull shows the layers that are not there yet")
    void pullsAreShown() {
        view.began(1, 1, "FROM far");
        view.pulled(1, "aaa", "Downloading");
        view.pulled(1, "bbb", "Pull complete");
        view.pulled(1, "", "latest: Pulling from far");
        awaitScreen("1/1 FROM far                       0.0s", "    aaa: Downloading");
    }

    @Test
    @DisplayName("T21: what a step writes moves no cursor, names no window, and is as wide as the terminal at most")
    void hostileText() {
        view.began(1, 1, "RUN \u001b[2Jx\u0007");
        writes(1, "\u001b]0;title\u0007\u001b[31mred\u001b[0m\b\b\u009b5Aup\n");
        writes(1, "\u202eright to left\n" + "w".repeat(5_000) + "\n");
        writes(1, "\u4e2d".repeat(100) + "\n");
        awaitScreen(
                "1/1 RUN x                          0.0s",
                "    red 5Aup",
                "    right to left",
                "    " + "w".repeat(35),
                "    " + "\u4e2d".repeat(17));
    }

    @Test
    @DisplayName("no more lines are drawn over than the terminal has, and a smaller terminal has fewer")
    void smallTerminals() {
        size = new Size(10, 4);
        for (int step = 1; step < 9; step++) {
            view.began(step, 9, "RUN " + step);
        }
        awaitScreen("1/9 RUN 1                0.0s", "2/9 RUN 2                0.0s", "3/9 RUN 3                0.0s");
        for (int step = 1; step < 9; step++) {
            view.ended(step, false);
        }
        await().untilAsserted(() -> assertThat(screen()).hasSize(8));
    }
}
