package io.felucca.containers.exec;

import io.felucca.FeluccaException;
import io.felucca.containers.Containers.ExecSpec;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.linux.Poller;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The execs that can be asked for: those that are created, those that run, and those that ended less than
 * {@link #KEEP_MILLIS} ago. A client that creates execs without end cannot fill the heap: what is created and never
 * started is refused beyond {@link #BYTES_MAX}, and of those that ended the first ones are forgotten sooner.
 * Thread-safe.
 */
final class ExecTable {

    /** As dockerd: how long the code of an ended exec can be asked for. */
    static final long KEEP_MILLIS = 5 * 60_000;

    /** Bytes of heap, roughly, that created execs take, and as many that ended ones take. */
    static final long BYTES_MAX = 16 << 20;

    private static final long EXEC_BYTES = 2 << 10;
    private static final long STRING_BYTES = 64;

    private final Poller poller;
    private final Map<String, ExecProcess> byId = new ConcurrentHashMap<>();
    private final Map<String, ExecProcess> created = new LinkedHashMap<>();
    private final Map<String, EndedAt> ended = new LinkedHashMap<>();
    private long createdBytes;
    private long endedBytes;
    private boolean expiring;

    /** @param nanos when it ended */
    private record EndedAt(ExecProcess exec, long nanos) {}

    ExecTable(Poller poller) {
        this.poller = poller;
    }

    /** @throws FeluccaException of kind CONFLICT when too many are created and not started */
    synchronized void created(ExecProcess exec) {
        long bytes = bytes(exec.spec);
        if (createdBytes + bytes > BYTES_MAX) {
            throw FeluccaException.conflict("cannot create another exec: " + created.size()
                    + " are created and not started: start them, or stop their containers");
        }
        createdBytes += bytes;
        created.put(exec.id, exec);
        byId.put(exec.id, exec);
    }

    /** One that was never here, of an engine before this one, is here from now on. */
    synchronized void started(ExecProcess exec) {
        if (created.remove(exec.id) != null) {
            createdBytes -= bytes(exec.spec);
        } else {
            byId.put(exec.id, exec);
        }
    }

    synchronized void ended(ExecProcess exec) {
        if (!byId.containsKey(exec.id)) {
            return;
        }
        endedBytes += bytes(exec.spec);
        ended.put(exec.id, new EndedAt(exec, System.nanoTime()));
        while (endedBytes > BYTES_MAX) {
            forget(ended.keySet().iterator().next());
        }
        expireLater(KEEP_MILLIS);
    }

    private void expireLater(long millis) {
        if (!expiring && !ended.isEmpty()) {
            expiring = true;
            poller.schedule(millis, this::expire);
        }
    }

    private synchronized void expire() {
        expiring = false;
        long now = System.nanoTime();
        while (!ended.isEmpty()) {
            EndedAt first = ended.values().iterator().next();
            long left = KEEP_MILLIS - (now - first.nanos) / 1_000_000;
            if (left > 0) {
                expireLater(left);
                return;
            }
            forget(first.exec.id);
        }
    }

    /** @return null for one that is not known */
    ExecProcess get(String id) {
        return byId.get(id);
    }

    Collection<ExecProcess> all() {
        return byId.values();
    }

    synchronized void forget(String id) {
        byId.remove(id);
        ExecProcess waiting = created.remove(id);
        if (waiting != null) {
            createdBytes -= bytes(waiting.spec);
        }
        EndedAt over = ended.remove(id);
        if (over != null) {
            endedBytes -= bytes(over.exec.spec);
        }
    }

    void forgetAllOf(ManagedContainer container) {
        byId.values().stream().filter(exec -> exec.container == container).forEach(exec -> forget(exec.id));
    }

    private static long bytes(ExecSpec spec) {
        return EXEC_BYTES
                + bytes(spec.cmd())
                + bytes(spec.env())
                + bytes(spec.user())
                + bytes(spec.workingDir())
                + bytes(spec.detachKeys());
    }

    private static long bytes(List<String> strings) {
        return strings == null
                ? 0
                : strings.stream().mapToLong(ExecTable::bytes).sum();
    }

    private static long bytes(String string) {
        return string == null ? 0 : STRING_BYTES + 2L * string.length();
    }
}
