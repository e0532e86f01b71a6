package io.felucca.docker.api.stream;

import io.felucca.FeluccaException;
import io.felucca.containers.Containers.Attachment;
import io.felucca.docker.text.DetachKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;

/**
 * A client whose connection is joined to a process: what it sends is the process's input, until it ends it, types the
 * keys or leaves. The connection's own thread reads; output comes on the attachment's.
 */
public final class JoinedClient {

    private static final int BUFFER_BYTES = 16 * 1024;

    private final InputStream in;
    private final OutputStream out;
    private final StreamOutput output;
    private final CompletableFuture<Void> left = new CompletableFuture<>();

    public JoinedClient(InputStream in, OutputStream out, StreamOutput output) {
        this.in = in;
        this.out = out;
        this.output = output;
    }

    /**
     * @param stdin whether input is wanted
     * @param inputEnds whether the end of the client's input is the process's; else it ends the join, as dockerd has it
     * @param keys looked for in the input, null for none
     * @param stderrOnly whether the client takes no stdout
     */
    public record Input(boolean stdin, boolean inputEnds, DetachKeys keys, boolean stderrOnly) {}

    /**
     * Serves until the client has left.
     *
     * @param told when the process's output has come to its end
     */
    public void serve(Attachment attachment, Input input, CompletableFuture<?> told) throws IOException {
        CompletableFuture<Object> complete = CompletableFuture.anyOf(told, left);
        complete.whenComplete((nothing, failure) -> endOutput());
        try (attachment) {
            if (input.stdin()) {
                sendInput(attachment, input);
            }
            discardRest();
            if (!input.stdin() && !output.reachesClient(input.stderrOnly())) {
                return;
            }
            complete.handle((nothing, failure) -> null).join();
        }
    }

    private void endOutput() {
        try {
            out.close();
        } catch (IOException e) {
            // It has left already.
            return;
        }
    }

    private void sendInput(Attachment attachment, Input input) throws IOException {
        DetachKeys.Scanner scanner = input.keys() == null ? null : input.keys().scanner();
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int count; (count = in.read(buffer)) >= 0; ) {
                byte[] bytes = scanner == null ? buffer : scanner.pass(buffer, count);
                int length = scanner == null ? count : bytes.length;
                if (length > 0) {
                    attachment.write(bytes, 0, length);
                }
                if (scanner != null && scanner.found()) {
                    leave(attachment);
                    return;
                }
            }
            if (input.inputEnds()) {
                attachment.closeInput();
            } else {
                leave(attachment);
            }
        } catch (FeluccaException e) {
            // The process takes no more: its output goes on until it ends.
            return;
        }
    }

    private void leave(Attachment attachment) {
        attachment.close();
        left.complete(null);
    }

    /** A connection that is closed with input in it is reset, and its client would lose what was told last. */
    private void discardRest() throws IOException {
        byte[] scrap = new byte[4096];
        while (in.read(scrap) >= 0) {
            continue;
        }
    }
}
