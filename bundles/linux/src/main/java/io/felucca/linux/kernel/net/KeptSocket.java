package io.felucca.linux.kernel.net;

import io.felucca.FeluccaException;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A socket to the netfilter of this process's namespace that is opened when it is needed and then kept: one that is closed
 * waits for a grace period of the kernel, some 10 ms, until what any transaction has removed may be freed. After a failure
 * that is not the kernel's answer another takes its place. Thread-safe: one caller at a time.
 */
final class KeptSocket<S extends KeptSocket.Open> {

    /** The kept socket. */
    interface Open {
        int number();

        void close();
    }

    private final Supplier<S> open;
    private S kept;

    KeptSocket(Supplier<S> open) {
        this.open = open;
    }

    synchronized <T> T call(Function<S, T> work) {
        if (kept == null) {
            kept = open.get();
        }
        boolean usable = false;
        try {
            T result = work.apply(kept);
            usable = true;
            return result;
        } catch (FeluccaException e) {
            // The kernel's refusal leaves nothing unread.
            usable = e.kind() != FeluccaException.Kind.SYSTEM;
            throw e;
        } finally {
            if (!usable) {
                close();
            }
        }
    }

    /** The descriptor of the one that is kept. */
    synchronized OptionalInt number() {
        return kept == null ? OptionalInt.empty() : OptionalInt.of(kept.number());
    }

    synchronized void close() {
        if (kept != null) {
            kept.close();
            kept = null;
        }
    }
}
