package io.felucca.docker.api.routes;

import io.felucca.Digest;
import io.felucca.builder.Builder;
import io.felucca.docker.json.image.ProgressJson;
import io.felucca.registry.Registry;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * A build's output as messages; what a step writes to its standard error is red, as by dockerd. The messages of a quiet
 * build are kept for its failure.
 */
final class BuildOutput implements Builder.Output {

    /** Of a quiet build, characters of text that are kept at most; then the oldest messages are forgotten. */
    private static final int KEPT_CHARS = 1 << 20;
    /** What a message takes in the heap beside its text. */
    private static final int MESSAGE_CHARS = 100;

    private final MessageStream messages;
    private final boolean quiet;
    private final Deque<String> kept = new ArrayDeque<>();
    private int keptChars;
    private final BooleanSupplier gone;
    private final Decoder out = new Decoder();
    private final Decoder err = new Decoder();

    BuildOutput(MessageStream messages, boolean quiet, BooleanSupplier gone) {
        this.messages = messages;
        this.quiet = quiet;
        this.gone = gone;
    }

    @Override
    public void text(String text) {
        if (quiet) {
            keep(text);
        } else {
            messages.send(ProgressJson.stream(text));
        }
    }

    private synchronized void keep(String text) {
        kept.add(text);
        keptChars += text.length() + MESSAGE_CHARS;
        while (keptChars > KEPT_CHARS) {
            keptChars -= kept.remove().length() + MESSAGE_CHARS;
        }
    }

    /** Sends what a quiet build has told until it failed, as dockerd does. */
    synchronized void sendKept() {
        while (!kept.isEmpty()) {
            messages.send(ProgressJson.stream(kept.remove()));
        }
        keptChars = 0;
    }

    @Override
    public synchronized void bytes(boolean stderr, byte[] bytes, int offset, int length) {
        String text = (stderr ? err : out).decode(bytes, offset, length);
        if (!text.isEmpty()) {
            text(stderr ? "\u001b[91m" + text + "\u001b[0m" : text);
        }
    }

    @Override
    public Registry.Progress transfers() {
        return quiet ? Registry.Progress.NONE : messages.transfers(gone);
    }

    @Override
    public void stage(Digest image) {
        if (!quiet) {
            messages.send(ProgressJson.built(image.value()));
        }
    }

    @Override
    public boolean wantsMore() {
        return !gone.getAsBoolean();
    }

    /** A character that is cut is kept for the next piece. */
    private static final class Decoder {

        private static final int LONGEST = 4;

        private final CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        private byte[] rest = {};

        String decode(byte[] bytes, int offset, int length) {
            ByteBuffer in = ByteBuffer.allocate(rest.length + length).put(rest).put(bytes, offset, length);
            in.flip();
            CharBuffer text = CharBuffer.allocate(in.remaining() + LONGEST);
            decoder.decode(in, text, false);
            rest = new byte[in.remaining()];
            in.get(rest);
            return text.flip().toString();
        }
    }
}
