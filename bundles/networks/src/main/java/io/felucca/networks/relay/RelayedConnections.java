package io.felucca.networks.relay;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The connections that a relay carries. Their number is bounded, for each target and in total: a new one takes the place
 * of the one that has been silent longest. Thread-safe.
 */
final class RelayedConnections {

    /**
     * @param perTarget connections to one port of one container
     * @param total connections of all targets; each holds two descriptors
     * @param idle how long a connection may be silent
     * @param halfClosed the same after one side has ended
     * @param connecting how long the container may take to accept
     */
    record Limits(int perTarget, int total, Duration idle, Duration halfClosed, Duration connecting) {
        /** A silent connection lasts as long as one that the kernel translates (nf_conntrack_tcp_timeout_established). */
        static final Limits DEFAULT =
                new Limits(2048, 4096, Duration.ofDays(5), Duration.ofMinutes(10), Duration.ofSeconds(30));

        Duration shortest() {
            return List.of(idle, halfClosed, connecting).stream()
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    private final Limits limits;
    private final Map<InetSocketAddress, Set<TcpPair>> ofTargets = new HashMap<>();
    private int count;

    RelayedConnections(Limits limits) {
        this.limits = limits;
    }

    Limits limits() {
        return limits;
    }

    synchronized void add(InetSocketAddress target, TcpPair pair) {
        Set<TcpPair> ofTarget = ofTargets.getOrDefault(target, Set.of());
        if (ofTarget.size() >= limits.perTarget()) {
            closeLongestSilent(ofTarget);
        } else if (count >= limits.total()) {
            closeLongestSilent(ofTargets.values().stream()
                    .max(Comparator.comparing(Set::size))
                    .orElseThrow());
        }
        ofTargets.computeIfAbsent(target, first -> new HashSet<>()).add(pair);
        count++;
    }

    private static void closeLongestSilent(Collection<TcpPair> pairs) {
        long now = System.nanoTime();
        pairs.stream().max(Comparator.comparing(pair -> pair.silentNanos(now))).ifPresent(TcpPair::close);
    }

    synchronized void remove(InetSocketAddress target, TcpPair pair) {
        ofTargets.computeIfPresent(target, (same, pairs) -> {
            count -= pairs.remove(pair) ? 1 : 0;
            return pairs.isEmpty() ? null : pairs;
        });
    }

    /** Closes those that have been silent for too long. */
    synchronized void closeSilent() {
        long now = System.nanoTime();
        ofTargets.values().stream()
                .flatMap(Set::stream)
                .filter(pair ->
                        pair.silentNanos(now) > pair.allowedSilence(limits).toNanos())
                .toList()
                .forEach(TcpPair::close);
    }

    synchronized int count() {
        return count;
    }
}
