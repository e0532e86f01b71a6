package io.felucca.client;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;

/**
 * The user's terminal. Which streams are one and its size come from {@code bin/felucca}, where asking costs nothing;
 * raw mode is set by {@code stty}, since the JDK has no call for it, and only when the engine asks.
 */
final class Terminal {

    private static final File TTY = new File("/dev/tty");

    private final boolean[] streams;
    private int columns;
    private int rows;
    private String saved;

    private Terminal(boolean[] streams, int columns, int rows) {
        this.streams = streams;
        this.columns = columns;
        this.rows = rows;
    }

    /**
     * @param streams the digits of those of 0, 1, 2 that are a terminal; null: find out
     * @param size rows and columns as {@code stty size} prints them; null or empty when unknown
     */
    static Terminal of(String streams, String size) {
        boolean[] are = new boolean[3];
        for (int stream = 0; stream < 3; stream++) {
            are[stream] = streams == null ? isTerminal(stream) : streams.indexOf('0' + stream) >= 0;
        }
        Terminal terminal = new Terminal(are, 80, 24);
        terminal.readSize(size);
        return terminal;
    }

    private static boolean isTerminal(int stream) {
        try {
            Path target = Files.readSymbolicLink(Paths.get("/proc/self/fd/" + stream));
            return target.startsWith("/dev/pts")
                    || target.startsWith("/dev/console")
                    || target.toString().startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }

    /** @param stream 0, 1 or 2 */
    boolean is(int stream) {
        return streams[stream];
    }

    synchronized int columns() {
        return columns;
    }

    synchronized int rows() {
        return rows;
    }

    /** After SIGWINCH. */
    void readSize() {
        try {
            readSize(stty("size"));
        } catch (IOException e) {
            readSize((String) null); // the last size stands
        }
    }

    private synchronized void readSize(String size) {
        int space = size == null ? -1 : size.indexOf(' ');
        if (space < 1) {
            return;
        }
        try {
            int readRows = Integer.parseInt(size.substring(0, space));
            int readColumns = Integer.parseInt(size.substring(space + 1).trim());
            if (readRows > 0 && readColumns > 0) {
                rows = readRows;
                columns = readColumns;
            }
        } catch (NumberFormatException e) {
            rows = Math.max(rows, 1);
        }
    }

    /** Every byte goes to the engine as it is typed, as Docker does it; output is not touched. */
    synchronized void raw() throws IOException {
        if (saved == null && streams[0]) {
            saved = stty("-g");
            stty("raw", "-echo", "-echonl", "-iexten");
        }
    }

    /** Back to what it was before {@link #raw}; does nothing when it is. */
    synchronized void restore() {
        if (saved == null) {
            return;
        }
        try {
            stty(saved);
        } catch (IOException e) {
            System.err.println("felucca: cannot restore the terminal, type: stty sane");
        }
        saved = null;
    }

    private static String stty(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add("stty");
        for (String argument : arguments) {
            command.add(argument);
        }
        Process process = new ProcessBuilder(command)
                .redirectInput(TTY)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
            if (process.waitFor() != 0) {
                throw new IOException("stty failed");
            }
            return out;
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }
}
