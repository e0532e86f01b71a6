package io.felucca.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keys of daemon.json that are no option of the engine: a value that already holds is accepted, any other is refused by
 * its name. A value of nothing (false, 0, "", [], {} or null) is what dockerd has without the key, and is accepted
 * unless the key says otherwise.
 */
enum FixedKey {
    LIVE_RESTORE("live-restore", "containers always run on while the engine is away", false, true),
    SHUTDOWN_TIMEOUT("shutdown-timeout", "containers run on when the engine stops: it waits for none") {
        @Override
        boolean holds(Object value) {
            return value == null || value instanceof Long;
        }
    },
    USERLAND_PROXY("userland-proxy", "loopback is reached with and without it", true, true, false),
    USERLAND_PROXY_PATH("userland-proxy-path", "there is no such program"),
    IPTABLES("iptables", "published ports and isolation need the rules of the engine", false, true),
    IP6TABLES("ip6tables", "the rules for IPv6 are always made", true, true, false),
    IP_FORWARD("ip-forward", "bridge networks need IP forwarding", false, true),
    IP_MASQ("ip-masq", "bridge networks are masqueraded", false, true),
    IP_FORWARD_NO_DROP("ip-forward-no-drop", "the policy of FORWARD is never changed", true, true),
    FIREWALL_BACKEND("firewall-backend", "the port mapper's bundle decides it", true),
    IP("ip", "ports are published on all addresses; give the address with -p", true, "0.0.0.0", "::"),
    FIXED_CIDR("fixed-cidr", "give --bip, or make a network with --ip-range"),
    DEFAULT_GATEWAY("default-gateway", "make a network with --gateway"),
    DEFAULT_GATEWAY_V6("default-gateway-v6", "make a network with --gateway"),
    MTU("mtu", "make a network with -o com.docker.network.driver.mtu=", true, 1500L),
    DEFAULT_NETWORK_OPTS("default-network-opts", "give the options to network create"),
    BRIDGE_ACCEPT_FWMARK("bridge-accept-fwmark", "the engine's own table accepts no marks"),
    ALLOW_DIRECT_ROUTING("allow-direct-routing", "direct routing to unpublished ports stays closed"),
    EXEC_OPTS("exec-opts", "the cgroup driver is cgroupfs", true, List.of("native.cgroupdriver=cgroupfs")),
    CGROUPNS_MODE("default-cgroupns-mode", "give --cgroupns to run", true) {
        @Override
        boolean holds(Object value) {
            boolean unified = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
            return super.holds(value) || (unified ? "private" : "host").equals(value);
        }
    },
    IPC_MODE("default-ipc-mode", "give --ipc to run", true, "private"),
    SHM_SIZE("default-shm-size", "give --shm-size to run", true, "64M", "64m", "64MB", "67108864", 67108864L),
    INIT("init", "there is no init program of the engine's own"),
    INIT_PATH("init-path", "there is no init program of the engine's own"),
    NO_NEW_PRIVILEGES("no-new-privileges", "give --security-opt no-new-privileges to run"),
    SECCOMP_PROFILE("seccomp-profile", "give --security-opt seccomp=FILE to run", true, "builtin"),
    SELINUX_ENABLED("selinux-enabled", "there are no labels of SELinux"),
    APPARMOR_PROFILE("apparmor-profile", "give --security-opt apparmor=NAME to run"),
    CPU_RT_PERIOD("cpu-rt-period", "give --cpu-rt-period to run"),
    CPU_RT_RUNTIME("cpu-rt-runtime", "give --cpu-rt-runtime to run"),
    OOM_SCORE_ADJUST("oom-score-adjust", "give OOMScoreAdjust to the service of the engine"),
    ROOTLESS("rootless", "the engine needs root"),
    CONTAINERD("containerd", "there is no containerd"),
    CRI_CONTAINERD("cri-containerd", "there is no containerd"),
    CONTAINERD_NAMESPACE("containerd-namespace", "there is no containerd", true, "moby"),
    CONTAINERD_PLUGIN_NAMESPACE("containerd-plugin-namespace", "there is no containerd", true, "plugins.moby"),
    CONTAINERD_PLUGINS_NAMESPACE("containerd-plugins-namespace", "there is no containerd", true, "plugins.moby"),
    MAX_CONCURRENT_DOWNLOADS("max-concurrent-downloads", "the number is fixed", true, 3L),
    MAX_CONCURRENT_UPLOADS("max-concurrent-uploads", "the number is fixed", true, 5L),
    MAX_DOWNLOAD_ATTEMPTS("max-download-attempts", "the number is fixed", true, 5L),
    ALLOW_NONDISTRIBUTABLE("allow-nondistributable-artifacts", "foreign layers are never pushed"),
    PROXIES("proxies", "set HTTPS_PROXY and the like for the engine"),
    HTTP_PROXY("http-proxy", "set HTTP_PROXY for the engine"),
    HTTPS_PROXY("https-proxy", "set HTTPS_PROXY for the engine"),
    NO_PROXY("no-proxy", "set NO_PROXY for the engine"),
    AUTHORIZATION_PLUGINS("authorization-plugins", "there are no plugins"),
    API_CORS_HEADER("api-cors-header", "pages of other sites are refused"),
    MIN_API_VERSION("min-api-version", "the oldest version of the API is fixed", true, "1.24"),
    METRICS_ADDR("metrics-addr", "there are no metrics over HTTP"),
    NETWORK_DIAGNOSTIC_PORT("network-diagnostic-port", "there is no diagnostic server"),
    NETWORK_CONTROL_PLANE_MTU("network-control-plane-mtu", "there is no swarm", true, 1500L),
    SWARM_ADVERTISE_ADDR("swarm-default-advertise-addr", "there is no swarm"),
    NODE_GENERIC_RESOURCES("node-generic-resources", "there is no swarm"),
    CLUSTER_ADVERTISE("cluster-advertise", "there is no swarm"),
    CLUSTER_STORE("cluster-store", "there is no swarm"),
    CLUSTER_STORE_OPTS("cluster-store-opts", "there is no swarm"),
    LABELS("labels", "the engine has no labels"),
    LOG_FORMAT("log-format", "the log is text", true, "text"),
    RAW_LOGS("raw-logs", "the log has no colours", true, true),
    EXPERIMENTAL("experimental", "there are no experimental features"),
    FEATURES("features", "there is neither BuildKit nor containerd's image store") {
        @Override
        boolean holds(Object value) {
            return super.holds(value)
                    || value instanceof Map<?, ?> map && map.values().stream().allMatch(Boolean.FALSE::equals);
        }
    },
    BUILDER("builder", "the builder has no settings"),
    CDI_SPEC_DIRS("cdi-spec-dirs", "there are no CDI devices"),
    DEPRECATED_KEY_PATH("deprecated-key-path", "there is no key of that kind");

    final String key;
    final String reason;
    private final boolean nothingHolds;
    private final List<Object> held;

    FixedKey(String key, String reason) {
        this(key, reason, true);
    }

    /** @param nothingHolds whether the key's value of nothing holds, too */
    FixedKey(String key, String reason, boolean nothingHolds, Object... held) {
        this.key = key;
        this.reason = reason;
        this.nothingHolds = nothingHolds;
        this.held = Arrays.asList(held);
    }

    static Optional<FixedKey> of(String key) {
        return Arrays.stream(values()).filter(known -> known.key.equals(key)).findFirst();
    }

    boolean holds(Object value) {
        return held.contains(value) || value == null || nothingHolds && isNothing(value);
    }

    private static boolean isNothing(Object value) {
        return value.equals(false)
                || value.equals(0L)
                || value.equals("")
                || value instanceof List<?> list && list.isEmpty()
                || value instanceof Map<?, ?> map && map.isEmpty();
    }
}
