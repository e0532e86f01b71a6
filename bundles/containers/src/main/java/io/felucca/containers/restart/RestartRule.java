package io.felucca.containers.restart;

import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig;
import io.felucca.containers.HostConfig.RestartPolicy;
import java.util.List;

/** What a restart policy says of an end: dockerd 20.10's rules and texts, and {@code on-unhealthy}. */
public final class RestartRule {

    public static final String ON_UNHEALTHY = "on-unhealthy";
    private static final String ON_FAILURE = "on-failure";
    private static final List<String> NAMES = List.of("", "no", "always", "unless-stopped", ON_FAILURE, ON_UNHEALTHY);
    private static final List<String> COUNTING = List.of(ON_FAILURE, ON_UNHEALTHY);

    private RestartRule() {}

    /** @throws FeluccaException INVALID with Docker's text */
    public static void check(HostConfig host) {
        check(host.restartPolicy());
        if (!isNone(host.restartPolicy()) && host.autoRemove()) {
            throw FeluccaException.invalid("can't create 'AutoRemove' container with restart policy");
        }
    }

    /** @throws FeluccaException INVALID with Docker's text */
    public static void check(RestartPolicy policy) {
        String name = name(policy);
        if (!NAMES.contains(name)) {
            throw FeluccaException.invalid("invalid restart policy '" + name + "'");
        }
        if (policy.maximumRetryCount() != 0 && !COUNTING.contains(name)) {
            throw FeluccaException.invalid("maximum retry count cannot be used with restart policy '" + name + "'");
        }
        if (policy.maximumRetryCount() < 0) {
            throw FeluccaException.invalid("maximum retry count cannot be negative");
        }
    }

    public static boolean isNone(RestartPolicy policy) {
        return name(policy).isEmpty() || name(policy).equals("no");
    }

    /**
     * @param restarts of the policy so far
     * @param unhealthy whether it was ended since it was unhealthy
     */
    static boolean restarts(RestartPolicy policy, int exitCode, int restarts, boolean unhealthy) {
        return switch (name(policy)) {
            case "always", "unless-stopped" -> true;
            case ON_FAILURE, ON_UNHEALTHY ->
                (exitCode != 0 || unhealthy)
                        && (policy.maximumRetryCount() == 0 || restarts < policy.maximumRetryCount());
            default -> false;
        };
    }

    private static String name(RestartPolicy policy) {
        return policy.name() == null ? "" : policy.name();
    }
}
