package io.felucca.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EngineLogTest {

    private static String line(Level level, String message, Throwable thrown) {
        LogRecord record = new LogRecord(level, message);
        record.setInstant(Instant.parse("2026-11-24T13:00:00.123456Z"));
        record.setLoggerName("io.felucca.x");
        record.setThrown(thrown);
        return new EngineLog().format(record);
    }

    @Test
    void aLineHasDockerdsForm() {
        assertThat(line(Level.WARNING, "disk nearly full", null))
                .isEqualTo("time=\"2026-11-24T13:00:00.123Z\" level=warning msg=\"disk nearly full\""
                        + " logger=io.felucca.x\n");
    }

    @Test
    @DisplayName("T24: no message forges a line")
    void T24_newlinesQuotesAndEscapesAreEscaped() {
        assertThat(line(Level.INFO, "a\nlevel=error msg=\"x\" \\ \u001b[31m {0}\u2028", null))
                .contains("msg=\"a\\nlevel=error msg=\\\"x\\\" \\\\ \\u001b[31m {0}\\u2028\"")
                .hasLineCount(1);
    }

    @Test
    void anExceptionStaysOnTheLine() {
        assertThat(line(Level.SEVERE, "failed", new IllegalStateException("why\nnot")))
                .contains(" error=\"java.lang.IllegalStateException: why\\nnot\\n\\tat ")
                .hasLineCount(1);
    }
}
