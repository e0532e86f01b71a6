package io.felucca.containers.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.containers.Containers.AttachQuery;
import io.felucca.containers.Containers.Attachment;
import io.felucca.containers.Containers.OutputSink;
import io.felucca.linux.Poller;
import io.felucca.linux.Sockets;
import io.felucca.linux.kernel.socket.KernelSockets;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a socket like conmon's, which is served by a program. */
class StreamHubTest {

    /** Sends output, waits for input and ends without reading it. */
    private static final String MONITOR = "import select, socket, sys\n"
            + "listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
            + "listener.bind(sys.argv[1])\n"
            + "listener.listen(1)\n"
            + "print('ready', flush=True)\n"
            + "client, _ = listener.accept()\n"
            + "client.send(b'\\x02first ')\n"
            + "client.send(b'\\x02last')\n"
            + "select.select([client], [], [])\n";

    @TempDir
    Path folder;

    private final Sockets sockets = new KernelSockets();
    private final Poller poller = sockets.openPoller();
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final Thread polling = new Thread(poller::run, "poller");

    @AfterEach
    void close() throws InterruptedException {
        poller.close();
        polling.join();
        executor.shutdownNow();
    }

    private static final class Collected extends ByteArrayOutputStream implements OutputSink {

        @Override
        public boolean write(boolean error, byte[] bytes, int offset, int length) {
            write(bytes, offset, length);
            return true;
        }

        @Override
        public void end() {}
    }

    @Test
    @DisplayName("the output of a process that ended with input unread is delivered whole")
    void unreadInput() throws Exception {
        Path socket = folder.resolve("attach");
        Process monitor = new ProcessBuilder("python3", "-c", MONITOR, socket.toString()).start();
        try {
            assertThat(monitor.inputReader().readLine()).isEqualTo("ready");
            StreamHub hub = new StreamHub(sockets, poller, executor, false, "test");
            Collected output = new Collected();
            Attachment attachment = hub.join(new AttachQuery(true, true, true, false), output, true, () -> {});
            hub.connect(socket);
            attachment.write("input".getBytes(StandardCharsets.UTF_8), 0, 5);
            assertThat(monitor.waitFor(60, TimeUnit.SECONDS)).isTrue();

            polling.start();
            attachment.done().get(60, TimeUnit.SECONDS);
            assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("first last");
        } finally {
            monitor.destroyForcibly().waitFor();
        }
    }
}
