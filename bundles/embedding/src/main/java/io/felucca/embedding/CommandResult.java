package io.felucca.embedding;

import io.felucca.FeluccaException;

/**
 * How a program ended, and what it wrote, read as UTF-8.
 *
 * @param stdout its first {@link #OUTPUT_MAX} bytes; {@code stderr} likewise
 * @param cut whether it wrote more than that
 */
public record CommandResult(int exitCode, String stdout, String stderr, boolean cut) {

    /** Bytes of each stream that are kept; what comes after them is read and dropped. */
    public static final int OUTPUT_MAX = 1024 * 1024;

    /** This result. @throws FeluccaException SYSTEM, with what it wrote to stderr, for another exit code than 0 */
    public CommandResult requireSuccess() {
        if (exitCode != 0) {
            throw FeluccaException.system("the program ended with exit code " + exitCode + ": " + stderr.strip());
        }
        return this;
    }
}
