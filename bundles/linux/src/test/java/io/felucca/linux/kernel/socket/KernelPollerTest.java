package io.felucca.linux.kernel.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.linux.PidFd;
import io.felucca.linux.Poller;
import io.felucca.linux.Processes;
import io.felucca.linux.Sockets;
import io.felucca.linux.Sockets.Pipe;
import io.felucca.linux.Spawn;
import io.felucca.linux.files.Fd;
import io.felucca.linux.kernel.process.KernelProcesses;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelPollerTest {

    private final Sockets sockets = new KernelSockets();
    private final Processes processes = new KernelProcesses();
    private final Poller poller = sockets.openPoller();
    private final Thread thread = new Thread(poller::run, "poller");

    @AfterEach
    void stop() throws InterruptedException {
        poller.close();
        thread.join(5000);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void handlersAndTasksShareOneBuffer() {
        thread.start();
        List<ByteBuffer> buffers = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 3; i++) {
            poller.execute(() -> buffers.add(poller.buffer()));
        }
        await().until(() -> buffers.size() == 3);
        assertThat(buffers).allMatch(buffer -> buffer == buffers.get(0));
        assertThat(buffers.get(0).isDirect()).isTrue();
        assertThat(buffers.get(0).capacity()).isEqualTo(Poller.BUFFER_BYTES);
    }

    @Test
    void aPipeIsReadWhenItHasSomethingAndItsEndIsTold() {
        thread.start();
        Pipe pipe = sockets.pipe();
        pipe.source().setNonBlocking(true);
        List<String> seen = new CopyOnWriteArrayList<>();
        AtomicReference<Poller.Registration> registration = new AtomicReference<>();
        poller.execute(() -> registration.set(poller.register(pipe.source(), Poller.READABLE, events -> {
            ByteBuffer buffer = ByteBuffer.allocate(100);
            int count = pipe.source().read(buffer);
            seen.add(count == Fd.END ? "end" : new String(buffer.array(), 0, count, UTF_8));
            if (count == Fd.END) {
                registration.get().close();
            }
        })));
        pipe.sink().write(ByteBuffer.wrap("one".getBytes(UTF_8)));
        await().until(() -> seen.equals(List.of("one")));
        pipe.sink().close();
        await().until(() -> seen.equals(List.of("one", "end")));
        assertThat(pipe.source().isOpen()).isTrue();
        pipe.source().close();
    }

    @Test
    void theEndOfAProcessIsTold() {
        thread.start();
        int pid = processes.spawn(Spawn.of(List.of("sleep", "60"), List.of("PATH=/bin:/usr/bin")));
        PidFd pidFd = processes.open(processes.identify(pid).orElseThrow()).orElseThrow();
        AtomicInteger ended = new AtomicInteger();
        AtomicReference<Poller.Registration> registration = new AtomicReference<>();
        poller.execute(() -> registration.set(poller.register(pidFd, Poller.READABLE, events -> {
            ended.incrementAndGet();
            registration.get().close();
        })));
        processes.signal(pidFd, Processes.SIGKILL);
        await().until(() -> ended.get() == 1);
        processes.waitFor(pid, 1000);
        pidFd.close();
    }

    @Test
    void timersRunInTheirOrderAndCanBeCancelled() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        poller.schedule(60, () -> seen.add("second"));
        poller.schedule(20, () -> seen.add("first"));
        poller.schedule(30, () -> seen.add("never")).close();
        poller.execute(() -> seen.add("task"));
        poller.execute(() -> {
            throw new IllegalStateException("a handler's fault");
        });
        thread.start();
        await().until(() -> seen.equals(List.of("task", "first", "second")));
    }

    @Test
    void aSeqpacketSocketKeepsPacketsApartAtAPathOfAnyLength(@TempDir Path folder) throws IOException {
        Path longFolder = Files.createDirectories(folder.resolve("x".repeat(90)).resolve("y".repeat(90)));
        Path socket = longFolder.resolve("attach");
        String server = "import socket,os\n"
                + "s=socket.socket(socket.AF_UNIX,socket.SOCK_SEQPACKET)\n"
                + "os.chdir('" + longFolder + "')\ns.bind('attach')\ns.listen(1)\n"
                + "c,_=s.accept()\nc.send(b'\\2one')\nc.send(b'\\3two')\nprint(c.recv(100))\nc.close()\n";
        Path out = folder.resolve("out");
        Process python = new ProcessBuilder("python3", "-c", server)
                .redirectOutput(out.toFile())
                .redirectErrorStream(true)
                .start();
        await().until(() -> Files.exists(socket));
        Fd[] fd = new Fd[1];
        await().ignoreExceptions().until(() -> (fd[0] = sockets.connectSeqPacket(socket)) != null);
        try (Fd connection = fd[0]) {
            connection.write(ByteBuffer.wrap("input".getBytes(UTF_8)));
            ByteBuffer buffer = ByteBuffer.allocateDirect(100);
            await().until(() -> connection.read(buffer.clear()) == 4);
            assertThat(UTF_8.decode(buffer.flip()).toString()).isEqualTo("\2one");
            await().until(() -> connection.read(buffer.clear()) == 4);
            assertThat(UTF_8.decode(buffer.flip()).toString()).isEqualTo("\3two");
            await().until(() -> connection.read(buffer.clear()) == Fd.END);
        } finally {
            python.onExit().join();
        }
        assertThat(Files.readString(out)).isEqualTo("b'input'\n");
    }

    @Test
    void connectingToNothingSaysSo(@TempDir Path folder) {
        assertThatThrownBy(() -> sockets.connectStream(folder.resolve("none")))
                .hasMessage("connect " + folder + "/none: ENOENT (No such file or directory)");
    }

    @Tag("root")
    @Test
    void aPeerIsKnownByNumber(@TempDir Path folder) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address);
            try (SocketChannel client = SocketChannel.open(address);
                    SocketChannel accepted = server.accept()) {
                assertThat(client.isConnected()).isTrue();
                assertThat(sockets.peer(accepted)).isEqualTo(new Sockets.PeerCredentials(0, 0));
            }
        }
        assertThat(Accounts.uid("nobody")).isEqualTo(65534);
        assertThat(Accounts.gid("12345")).isEqualTo(12345);
    }
}
