package io.felucca.launcher;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The engine's log on stderr, a line an event, in dockerd's form: {@code time="…" level=info msg="…"}. Quotes, newlines
 * and control characters in a message are escaped, so that no name or label can forge a line.
 */
final class EngineLog extends Formatter {

    private static final Map<String, Level> LEVELS = Map.of(
            "debug",
            Level.FINE,
            "info",
            Level.INFO,
            "warn",
            Level.WARNING,
            "error",
            Level.SEVERE,
            "fatal",
            Level.SEVERE);

    /** Sends java.util.logging, and with it SLF4J, to stderr. */
    static void open(String level) {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Handler console = new ConsoleHandler();
        console.setFormatter(new EngineLog());
        console.setLevel(Level.ALL);
        root.addHandler(console);
        root.setLevel(level.equals("debug") ? Level.INFO : LEVELS.get(level));
        Logger.getLogger("io.felucca").setLevel(LEVELS.get(level));
    }

    @Override
    public String format(LogRecord record) {
        StringBuilder line = new StringBuilder(160);
        line.append("time=\"").append(record.getInstant().truncatedTo(ChronoUnit.MILLIS));
        line.append("\" level=").append(level(record.getLevel())).append(" msg=");
        quote(line, formatMessage(record));
        if (record.getLoggerName() != null) {
            line.append(" logger=").append(record.getLoggerName());
        }
        if (record.getThrown() != null) {
            StringWriter trace = new StringWriter();
            record.getThrown().printStackTrace(new PrintWriter(trace));
            line.append(" error=");
            quote(line, trace.toString());
        }
        return line.append('\n').toString();
    }

    private static String level(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "error";
        }
        return value >= Level.WARNING.intValue() ? "warning" : value >= Level.INFO.intValue() ? "info" : "debug";
    }

    private static void quote(StringBuilder line, String text) {
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> line.append("\\\"");
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\t' -> line.append("\\t");
                case '\r' -> line.append("\\r");
                default -> {
                    if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                        line.append(String.format("\\u%04x", (int) c));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
        line.append('"');
    }
}
