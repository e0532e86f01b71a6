package io.felucca.shell.command;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import picocli.CommandLine;

/**
 * A command with the parser of its options. To make one costs picocli milliseconds for a command with many options, so
 * they are used again: each parse sets every option back to its initial value.
 */
record Prepared(Command command, CommandLine line) {

    private static final int MAX_IDLE = 4;

    /** Those of one command that nobody uses now. Thread-safe. */
    static final class Pool {

        private final Supplier<? extends Command> maker;
        private final BlockingQueue<Prepared> idle = new LinkedBlockingQueue<>(MAX_IDLE);

        Pool(Supplier<? extends Command> maker) {
            this.maker = maker;
        }

        Prepared take() {
            Prepared known = idle.poll();
            return known == null ? make() : known;
        }

        /** What is too many is forgotten. */
        void give(Prepared prepared) {
            idle.offer(prepared);
        }

        private Prepared make() {
            Command command = maker.get();
            CommandLine line = new CommandLine(command);
            line.setExpandAtFiles(false);
            line.setInterpolateVariables(false);
            line.setOverwrittenOptionsAllowed(true);
            line.setTrimQuotes(false);
            return new Prepared(command, line);
        }
    }
}
