package io.felucca.containers.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.felucca.linux.Sockets;
import io.felucca.linux.files.Fd;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Speaks to a monitor by its fifos, {@code ctl} (conmon 2.1.6: {@code 1 rows columns}, {@code 2 0 0} reopens the log). */
public final class MonitorControl {

    private MonitorControl() {}

    /** The fifo that the monitor holds open until it ends, and that is written to by nobody (conmon 2.1.6). */
    public static Path held(Path monitorFolder) {
        return monitorFolder.resolve("winsz");
    }

    public static void resize(Sockets sockets, Path monitorFolder, int columns, int rows) {
        send(sockets, monitorFolder, "1 " + rows + " " + columns + "\n");
    }

    public static void reopenLog(Sockets sockets, Path monitorFolder) {
        send(sockets, monitorFolder, "2 0 0\n");
    }

    /** A line of a few bytes is written whole or, when nobody reads a full fifo, not at all. */
    private static void send(Sockets sockets, Path monitorFolder, String line) {
        try (Fd fifo = sockets.openFifo(monitorFolder.resolve("ctl"), true)) {
            fifo.write(ByteBuffer.wrap(line.getBytes(US_ASCII)));
        }
    }
}
