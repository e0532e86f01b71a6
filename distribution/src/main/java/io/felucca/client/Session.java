package io.felucca.client;

import io.felucca.shell.remote.FrameTypes;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One command, from START to EXIT: receives on the calling thread until the engine says how the command ended. */
final class Session {

    private static final int BROKEN_PIPE = 128 + 13;

    private final Frames frames;
    private final Terminal terminal;
    private final UserFiles files;
    private final Signals signals;
    private final Credit stdinCredit = new Credit();
    private StandardInput stdin;

    Session(Frames frames, Terminal terminal, String[] words) {
        this.frames = frames;
        this.terminal = terminal;
        this.files = new UserFiles(words, frames);
        this.signals = new Signals(frames, terminal);
    }

    /** @return the command's exit code */
    int run(String start) throws IOException {
        byte[] words = start.getBytes(StandardCharsets.UTF_8);
        if (words.length > FrameTypes.MAX_PAYLOAD) {
            throw new ClientException(
                    125,
                    "the words of this command are too long: " + words.length + " bytes, " + FrameTypes.MAX_PAYLOAD
                            + " at most; put them into a file of the container");
        }
        frames.send(FrameTypes.START, words);
        signals.install();
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        FileOutputStream err = new FileOutputStream(FileDescriptor.err);
        boolean whole = true;
        try {
            while (true) {
                int type = frames.receive();
                if (type < 0) {
                    throw new IOException("it ended without an exit code");
                }
                ByteBuffer payload = frames.payload();
                switch (type) {
                    case FrameTypes.STDOUT, FrameTypes.STDERR -> {
                        if (!print(type == FrameTypes.STDOUT ? out : err, payload)) {
                            return BROKEN_PIPE;
                        }
                    }
                    case FrameTypes.EXIT -> {
                        int code = payload.getInt();
                        return code == 0 && !whole ? 1 : code;
                    }
                    case FrameTypes.WANT_STDIN -> wantStdin(Integer.toUnsignedLong(payload.getInt()));
                    case FrameTypes.TTY_RAW -> raw(payload.get() != 0);
                    case FrameTypes.OPEN_READ -> files.openRead(id(payload), text(payload));
                    case FrameTypes.OPEN_WRITE -> files.openWrite(id(payload), text(payload));
                    case FrameTypes.WANT_FILE -> files.want(id(payload), Integer.toUnsignedLong(payload.getInt()));
                    case FrameTypes.FILE_WRITE -> whole &= files.write(id(payload), payload);
                    case FrameTypes.FILE_CLOSE -> whole &= files.close(id(payload));
                    case FrameTypes.OPEN_TREE -> files.openTree(id(payload), payload.get() != 0, text(payload));
                    case FrameTypes.MAKE_TREE -> files.makeTree(id(payload), text(payload));
                    case FrameTypes.LOGIN -> files.login(id(payload), text(payload));
                    case FrameTypes.OPEN_AGENT -> files.openAgent(id(payload), text(payload));
                    case FrameTypes.NAME_TREE -> files.nameTree(id(payload), payload.get() != 0, payload);
                    case FrameTypes.SELECT_TREE -> files.selectTree(id(payload), payload.get() != 0, payload);
                    default ->
                        throw new IOException("unknown frame " + type + ": engine and program differ in version");
                }
            }
        } catch (IOException e) {
            if (signals.last() != 0) {
                return 128 + signals.last();
            }
            throw e;
        } finally {
            files.abandon();
        }
    }

    private void wantStdin(long bytes) {
        stdinCredit.add(bytes);
        if (stdin == null) {
            stdin = new StandardInput(frames, stdinCredit);
            stdin.start();
        }
    }

    private void raw(boolean on) throws IOException {
        if (on) {
            terminal.raw();
        } else {
            terminal.restore();
        }
    }

    private static boolean print(FileOutputStream out, ByteBuffer payload) {
        try {
            out.write(payload.array(), payload.position(), payload.remaining());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int id(ByteBuffer payload) {
        return Short.toUnsignedInt(payload.getShort());
    }

    private static String text(ByteBuffer payload) {
        return new String(payload.array(), payload.position(), payload.remaining(), StandardCharsets.UTF_8);
    }
}
