package io.felucca.client;

import io.felucca.shell.remote.FrameTypes;
import java.io.IOException;
import java.nio.ByteBuffer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Sends the signals that the program gets to the engine, where the command decides. The third INT or TERM ends the
 * program all the same. QUIT and USR2 belong to the JVM and stay there.
 */
final class Signals implements SignalHandler {

    private static final int PATIENCE = 3;

    private final Frames frames;
    private final Terminal terminal;
    private int urgent;
    private volatile int last;

    Signals(Frames frames, Terminal terminal) {
        this.frames = frames;
        this.terminal = terminal;
    }

    void install() {
        install("INT");
        install("TERM");
        install("HUP");
        install("USR1");
        if (terminal.is(0) || terminal.is(1)) {
            install("WINCH");
        }
    }

    private void install(String name) {
        try {
            Signal.handle(new Signal(name), this);
        } catch (IllegalArgumentException e) {
            last = 0; // this JVM keeps it for itself
        }
    }

    /** Number of the last signal that asks a program to end, or 0. */
    int last() {
        return last;
    }

    @Override
    public void handle(Signal signal) {
        try {
            if (signal.getName().equals("WINCH")) {
                terminal.readSize();
                ByteBuffer size = ByteBuffer.allocate(4);
                size.putShort((short) terminal.columns())
                        .putShort((short) terminal.rows())
                        .flip();
                frames.send(FrameTypes.RESIZE, -1, size);
                return;
            }
            last = signal.getNumber();
            frames.send(FrameTypes.SIGNAL, signal.getName());
        } catch (IOException e) {
            urgent = PATIENCE; // there is no engine to ask any more
        }
        boolean asksToEnd = signal.getName().equals("INT") || signal.getName().equals("TERM");
        if (asksToEnd && ++urgent >= PATIENCE) {
            terminal.restore();
            System.err.println("felucca: got " + PATIENCE + " SIGTERM/SIGINTs, forcefully exiting");
            Runtime.getRuntime().halt(128 + signal.getNumber());
        }
    }
}
