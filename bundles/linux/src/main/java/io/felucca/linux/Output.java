package io.felucca.linux;

import java.nio.charset.StandardCharsets;

/**
 * What {@link Processes#run} saw. Each stream is kept up to {@link Processes#OUTPUT_LIMIT_BYTES}, the rest is dropped.
 */
public record Output(ExitStatus exit, byte[] stdout, byte[] stderr) {

    public boolean success() {
        return exit.success();
    }

    public String stdoutText() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    public String stderrText() {
        return new String(stderr, StandardCharsets.UTF_8);
    }
}
