package io.felucca.embedding.service;

import io.felucca.containers.Containers.OutputSink;
import io.felucca.embedding.CommandResult;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The beginnings of what a program writes to its streams. */
final class CollectedOutput implements OutputSink {

    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private boolean cut;

    @Override
    public synchronized boolean write(boolean toStderr, byte[] bytes, int offset, int length) {
        ByteArrayOutputStream to = toStderr ? stderr : stdout;
        int room = Math.min(length, CommandResult.OUTPUT_MAX - to.size());
        to.write(bytes, offset, room);
        cut |= room < length;
        return true;
    }

    synchronized CommandResult result(int exitCode) {
        return new CommandResult(
                exitCode, stdout.toString(StandardCharsets.UTF_8), stderr.toString(StandardCharsets.UTF_8), cut);
    }
}
