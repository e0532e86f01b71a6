package io.felucca.client;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An SSH agent of the user's: one that listens on a socket, or OpenSSH's {@code ssh-agent}, begun here for private keys,
 * which so never leave the user's side. That one ends with this program, however this ends: it lives as long as a shell
 * that reads from a pipe of ours.
 */
final class SshAgent implements Closeable {

    /** As OpenSSH's AGENT_MAX_LEN (authfd.h). */
    private static final int MAX_ANSWER_BYTES = 256 << 10;

    /** The keys' passphrases are asked for on the terminal. */
    private static final String HOLD_KEYS =
            "ssh-add -q -- \"$@\" </dev/null >&2 && echo \"$SSH_AUTH_SOCK\" && exec cat >/dev/null";

    private final Path socket;
    private final Process holder;

    private SshAgent(Path socket, Process holder) {
        this.socket = socket;
        this.holder = holder;
    }

    /**
     * @param sources a socket, or private keys with commas between them; empty for the environment's agent
     * @throws IOException with BuildKit's text
     */
    static SshAgent open(String sources, Map<String, String> environment) throws IOException {
        String wanted = sources.isEmpty() ? environment.getOrDefault("SSH_AUTH_SOCK", "") : sources;
        if (wanted.isEmpty()) {
            throw new IOException("invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set");
        }
        Path socket = null;
        List<String> keys = new ArrayList<>();
        for (String source : wanted.split(",")) {
            Path path = Path.of(source);
            if (!Files.exists(path)) {
                throw new IOException("stat " + source + ": no such file or directory");
            }
            if (Files.isRegularFile(path)) {
                keys.add(path.toAbsolutePath().toString());
            } else if (socket != null) {
                throw new IOException("only single socket allowed");
            } else {
                socket = path;
            }
        }
        if (socket != null && !keys.isEmpty()) {
            throw new IOException("invalid combination of keys and sockets");
        }
        return socket != null ? new SshAgent(socket, null) : holding(keys);
    }

    private static SshAgent holding(List<String> keys) throws IOException {
        List<String> command = new ArrayList<>(List.of("ssh-agent", "sh", "-c", HOLD_KEYS, "sh"));
        command.addAll(keys);
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new IOException(
                    "cannot run ssh-agent for " + String.join(",", keys)
                            + ": install OpenSSH's client, or give the socket of an agent (" + e.getMessage() + ")",
                    e);
        }
        String socket =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (socket == null) {
            process.destroy();
            throw new IOException("failed to parse " + String.join(",", keys) + ": ssh-add does not take it");
        }
        return new SshAgent(Path.of(socket), process);
    }

    /** Passes a message on; both have their length before them. */
    ByteBuffer answer(ByteBuffer message) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            while (message.hasRemaining()) {
                channel.write(message);
            }
            ByteBuffer length = read(channel, 4);
            int bytes = length.getInt(0);
            if (bytes < 1 || bytes > MAX_ANSWER_BYTES) {
                throw new IOException("an answer of " + Integer.toUnsignedString(bytes) + " bytes");
            }
            return ByteBuffer.allocate(4 + bytes)
                    .put(length)
                    .put(read(channel, bytes))
                    .flip();
        }
    }

    private static ByteBuffer read(SocketChannel channel, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("the agent hung up");
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        if (holder != null) {
            holder.getOutputStream().close();
        }
    }
}
