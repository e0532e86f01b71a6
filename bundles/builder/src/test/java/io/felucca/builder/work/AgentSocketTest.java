package io.felucca.builder.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AgentSocketTest {

    private static final byte[] FAILURE = {5};

    @TempDir
    private Path folder;

    private final List<byte[]> asked = new CopyOnWriteArrayList<>();
    private AgentSocket socket;

    @BeforeEach
    void listen() {
        socket = AgentSocket.listen(folder.resolve("s"), request -> {
            if (request.length == 1000) {
                throw new IOException("the agent is away");
            }
            asked.add(request);
            return new byte[] {12, request[request.length - 1]};
        });
    }

    @AfterEach
    void close() {
        socket.close();
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("s")));
    }

    private static byte[] ask(SocketChannel agent, int... request) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(4 + request.length).putInt(request.length);
        for (int each : request) {
            message.put((byte) each);
        }
        agent.write(message.flip());
        return answer(agent);
    }

    private static byte[] answer(SocketChannel agent) throws IOException {
        DataInputStream in = new DataInputStream(Channels.newInputStream(agent));
        byte[] answer = new byte[in.readInt()];
        in.readFully(answer);
        return answer;
    }

    @Test
    @DisplayName("a step gets identities and signatures of the agent, and can neither change nor lock it")
    void onlyReads() throws IOException {
        try (SocketChannel agent = connect()) {
            assertThat(ask(agent, 11)).containsExactly(12, 11);
            assertThat(ask(agent, 13, 7)).containsExactly(12, 7);
            // Add, remove, remove all, lock, unlock, add from a card, extension; and numbers that nothing has.
            for (int request : new int[] {17, 18, 19, 20, 21, 22, 23, 25, 26, 27, 0, 1, 9, 255}) {
                assertThat(ask(agent, request, 1, 2, 3)).isEqualTo(FAILURE);
            }
        }
        assertThat(asked).hasSize(2);
    }

    @Test
    @DisplayName("an agent that does not answer fails the request, not the connection")
    void failures() throws IOException {
        try (SocketChannel agent = connect()) {
            int[] request = new int[1000];
            request[0] = 13;
            assertThat(ask(agent, request)).isEqualTo(FAILURE);
            assertThat(ask(agent, 11)).containsExactly(12, 11);
        }
    }

    @Test
    @DisplayName("a request that is too long, or has no byte, ends its connection and takes no memory")
    void wrongLengths() throws IOException {
        for (int length : new int[] {0, -1, (32 << 10) + 1, Integer.MAX_VALUE}) {
            try (SocketChannel agent = connect()) {
                agent.write(ByteBuffer.allocate(4).putInt(length).flip());
                assertThatThrownBy(() -> answer(agent)).isInstanceOf(EOFException.class);
            }
        }
    }

    @Test
    @DisplayName("sixteen connections are served at once, and one more when one of them ends")
    void connectionsAreBounded() throws Exception {
        List<SocketChannel> open = new ArrayList<>();
        try {
            for (int i = 0; i < 16; i++) {
                open.add(connect());
                assertThat(ask(open.get(i), 11)).containsExactly(12, 11);
            }
            open.add(connect());
            CompletableFuture<byte[]> last = CompletableFuture.supplyAsync(() -> {
                try {
                    return ask(open.get(16), 13, 16);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(ask(open.get(3), 13, 3)).containsExactly(12, 3);
            assertThat(last).isNotDone();
            open.get(3).close();
            assertThat(last.get(30, TimeUnit.SECONDS)).containsExactly(12, 16);
        } finally {
            for (SocketChannel each : open) {
                each.close();
            }
        }
    }

    @Test
    @DisplayName("the end of the step ends its connections, also while the agent is asked")
    void closing() throws Exception {
        CompletableFuture<byte[]> never = new CompletableFuture<>();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        AgentSocket silent = AgentSocket.listen(folder.resolve("t"), request -> {
            begun.complete(null);
            return never.join();
        });
        try (SocketChannel agent = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("t")))) {
            agent.write(ByteBuffer.allocate(5).putInt(1).put((byte) 11).flip());
            begun.get(30, TimeUnit.SECONDS);
            silent.close();
            assertThatThrownBy(() -> answer(agent)).isInstanceOf(EOFException.class);
        } finally {
            never.complete(FAILURE);
        }
    }
}
