package io.felucca.containers.spec;

import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig;
import io.felucca.containers.host.HostFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code --ulimit}: what is above this process's own hard limit is cut to it when CAP_SYS_RESOURCE is missing, since the
 * kernel would refuse it.
 */
public record Ulimits(List<Object> rlimits, List<String> warnings) {

    public static Ulimits of(HostConfig host, HostFacts facts) {
        List<Object> rlimits = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (HostConfig.Ulimit ulimit : host.resources().ulimits()) {
            String name = ulimit.name().toLowerCase(Locale.ROOT);
            if (!facts.hardLimits().containsKey(name)) {
                throw FeluccaException.invalid("invalid ulimit type: " + ulimit.name());
            }
            if (above(ulimit.soft(), ulimit.hard())) {
                throw FeluccaException.invalid("ulimit soft limit must be less than or equal to hard limit: "
                        + ulimit.soft() + " > " + ulimit.hard());
            }
            long own = facts.hardLimits().get(name);
            boolean cut = above(ulimit.hard(), own) && !facts.holds("CAP_SYS_RESOURCE");
            long hard = cut ? own : ulimit.hard();
            long soft = above(ulimit.soft(), hard) ? hard : ulimit.soft();
            if (cut) {
                warnings.add("The engine does not hold CAP_SYS_RESOURCE: the hard limit of ulimit " + name
                        + " was cut from " + word(ulimit.hard()) + " to " + word(own) + ", the engine's own.");
            }
            Map<String, Object> rlimit = new LinkedHashMap<>();
            rlimit.put("type", "RLIMIT_" + name.toUpperCase(Locale.ROOT));
            rlimit.put("hard", unsigned(hard));
            rlimit.put("soft", unsigned(soft));
            rlimits.add(rlimit);
        }
        return new Ulimits(rlimits, warnings);
    }

    /** -1 stands for no limit, as in Docker and in {@link io.felucca.linux.Host.Limit}. */
    private static boolean above(long limit, long other) {
        return Long.compareUnsigned(limit, other) > 0;
    }

    private static String word(long limit) {
        return limit == -1 ? "unlimited" : Long.toString(limit);
    }

    /** RLIM_INFINITY is 2^64-1 in the spec. */
    private static Object unsigned(long limit) {
        return limit >= 0 ? (Object) limit : new java.math.BigInteger(Long.toUnsignedString(limit));
    }
}
