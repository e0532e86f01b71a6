package io.felucca.containers.spec;

import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig;
import io.felucca.containers.HostConfig.Resources;
import io.felucca.containers.HostConfig.Ulimit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * {@code --default-ulimit}: limits of processes whose container gives none of that name. They are added at each start,
 * as dockerd does, and are no part of a container's record.
 */
public record DefaultUlimits(List<Ulimit> limits) {

    private static final Set<String> NAMES = Set.of(
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack");

    /**
     * Reads words such as {@code nofile=1024:2048}; the last one of a name counts.
     *
     * @throws FeluccaException INVALID, naming the word
     */
    public static DefaultUlimits parse(String... words) {
        Map<String, Ulimit> limits = new LinkedHashMap<>();
        for (String word : words) {
            Ulimit limit = limit(word);
            if (!NAMES.contains(limit.name())) {
                throw FeluccaException.invalid("invalid --default-ulimit \"" + word + "\": there is no such limit");
            }
            limits.put(limit.name(), limit);
        }
        return new DefaultUlimits(List.copyOf(limits.values()));
    }

    private static Ulimit limit(String word) {
        int equals = word.indexOf('=');
        String[] numbers =
                equals < 1 ? new String[0] : word.substring(equals + 1).split(":", -1);
        try {
            if (numbers.length == 1 || numbers.length == 2) {
                long soft = Long.parseLong(numbers[0]);
                long hard = Long.parseLong(numbers[numbers.length - 1]);
                if (soft >= -1 && hard >= -1 && Long.compareUnsigned(soft, hard) <= 0) {
                    return new Ulimit(word.substring(0, equals).toLowerCase(Locale.ROOT), soft, hard);
                }
            }
        } catch (NumberFormatException e) {
            throw invalid(word, e);
        }
        throw invalid(word, null);
    }

    private static FeluccaException invalid(String word, NumberFormatException cause) {
        return new FeluccaException(
                FeluccaException.Kind.INVALID,
                "invalid --default-ulimit \"" + word + "\": write it as name=soft or name=soft:hard, the soft limit no "
                        + "higher than the hard one",
                cause);
    }

    /** A container's configuration with the limits that it does not give itself. */
    public HostConfig under(HostConfig host) {
        if (limits.isEmpty()) {
            return host;
        }
        Map<String, Ulimit> all = new LinkedHashMap<>();
        limits.forEach(limit -> all.put(limit.name(), limit));
        host.resources().ulimits().forEach(limit -> all.put(limit.name().toLowerCase(Locale.ROOT), limit));
        return host.with(with(host.resources(), List.copyOf(all.values())), host.restartPolicy());
    }

    private static Resources with(Resources all, List<Ulimit> ulimits) {
        return new Resources(
                all.memory(),
                all.memoryReservation(),
                all.memorySwap(),
                all.memorySwappiness(),
                all.oomKillDisable(),
                all.nanoCpus(),
                all.cpuShares(),
                all.cpuPeriod(),
                all.cpuQuota(),
                all.cpuRealtimePeriod(),
                all.cpuRealtimeRuntime(),
                all.cpusetCpus(),
                all.cpusetMems(),
                all.pidsLimit(),
                all.blockIo(),
                all.devices(),
                all.deviceCgroupRules(),
                ulimits);
    }
}
