package io.felucca.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an engine was asked to be: flags and {@code --config-file} together, checked, defaults filled in. */
final class EngineOptions {

    private static final String NETWORKS = "io.felucca.networks";
    private static final Set<String> LOG_LEVELS = Set.of("debug", "info", "warn", "error", "fatal");

    private final List<String> words;
    private final Map<Option, List<String>> given;

    private EngineOptions(List<String> words, Map<Option, List<String>> given) {
        this.words = List.copyOf(words);
        this.given = given;
    }

    /** @throws LaunchException for what cannot be right */
    static EngineOptions of(List<String> words) {
        Map<Option, List<String>> given = EngineFlags.parse(words);
        List<String> file = given.get(Option.CONFIG_FILE);
        if (file != null) {
            given = DaemonJson.merge(Path.of(file.get(0)), given);
        }
        EngineOptions options = new EngineOptions(words, given);
        options.check();
        return options;
    }

    /** The same flags with what the file says now. @throws LaunchException for what cannot be right */
    EngineOptions again() {
        return of(words);
    }

    private void check() {
        if (given.containsKey(Option.DEFAULT_RUNTIME)) {
            defaultRuntime();
        }
        for (String runtime : list(Option.ADD_RUNTIME)) {
            checkRuntime(runtime);
        }
        list(Option.REGISTRY_MIRROR).forEach(RegistryAddress::checkMirror);
        list(Option.INSECURE_REGISTRY).forEach(RegistryAddress::checkInsecure);
        checkImageGc();
        if (on(Option.TLS) && !on(Option.TLS_VERIFY)) {
            throw new LaunchException("--tls without verified clients is not supported: give --tlsverify");
        }
        for (String host : list(Option.HOST)) {
            if (host.startsWith("tcp://")
                    && !on(Option.TLS_VERIFY)
                    && !text(Option.TLS).equals("false")) {
                throw new LaunchException(
                        "cannot listen on " + host + " without TLS: whoever reaches it would be as "
                                + "good as root; give --tlsverify with --tlscacert, --tlscert and --tlskey, or say --tls=false");
            }
        }
        for (Option file : List.of(Option.TLS_CA_CERT, Option.TLS_CERT, Option.TLS_KEY)) {
            if (on(Option.TLS_VERIFY) && text(file).isEmpty()) {
                throw new LaunchException("--tlsverify needs --" + file.flag + " FILE");
            }
        }
        if (!LOG_LEVELS.contains(text(Option.LOG_LEVEL))) {
            throw new LaunchException("unable to parse logging level: " + text(Option.LOG_LEVEL));
        }
        for (String option : list(Option.STORAGE_OPT)) {
            if (option.indexOf('=') < 1) {
                throw new LaunchException("unable to parse storage-opt " + option + ": write it as name=value");
            }
        }
        for (Option folder : List.of(Option.DATA_ROOT, Option.EXEC_ROOT)) {
            if (!text(folder).chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new LaunchException("--" + folder.flag + " " + text(folder) + ": only ASCII without spaces");
            }
        }
    }

    private void checkImageGc() {
        if (!given.containsKey(Option.IMAGE_GC_HIGH)) {
            if (given.containsKey(Option.IMAGE_GC_LOW)) {
                throw new LaunchException("--image-gc-low-threshold needs --image-gc-high-threshold");
            }
            return;
        }
        int high = Integer.parseInt(text(Option.IMAGE_GC_HIGH));
        int low = imageGcLow(high);
        if (high < 0 || high > 100 || high > 0 && (low < 0 || low >= high)) {
            throw new LaunchException("--image-gc-high-threshold " + high + " and --image-gc-low-threshold " + low
                    + ": percents are needed, the low one below the high one");
        }
    }

    private int imageGcLow(int high) {
        String low = text(Option.IMAGE_GC_LOW);
        return low.isEmpty() ? Math.max(0, high - 5) : Integer.parseInt(low);
    }

    boolean on(Option option) {
        return text(option).equals("true");
    }

    String text(Option option) {
        List<String> values = given.get(option);
        return values == null ? option.fallback : values.get(0);
    }

    List<String> list(Option option) {
        List<String> values = given.get(option);
        if (values != null) {
            return values;
        }
        return option.fallback.isEmpty() ? List.of() : List.of(option.fallback);
    }

    Path path(Option option) {
        return Path.of(text(option)).toAbsolutePath().normalize();
    }

    String logLevel() {
        return on(Option.DEBUG) ? "debug" : text(Option.LOG_LEVEL);
    }

    /** Paths of the Unix sockets that the engine listens on. */
    List<Path> unixSockets() {
        List<Path> sockets = new ArrayList<>();
        for (String host : list(Option.HOST)) {
            if (host.startsWith("unix://")) {
                sockets.add(Path.of(host.substring("unix://".length())));
            } else if (host.startsWith("/")) {
                sockets.add(Path.of(host));
            }
        }
        return sockets;
    }

    /** The options as configurations: PID to properties. Only what differs from a component's own default. */
    Map<String, Map<String, Object>> configurations() {
        Map<String, Map<String, Object>> pids = new LinkedHashMap<>();
        put(pids, "io.felucca.engine", "data.root", path(Option.DATA_ROOT).toString());
        put(pids, "io.felucca.engine", "exec.root", path(Option.EXEC_ROOT).toString());
        put(pids, "io.felucca.docker.api", "hosts", list(Option.HOST).toArray(String[]::new));
        putGiven(pids, "io.felucca.docker.api", "group", Option.GROUP);
        putFile(pids, "tlscacert", Option.TLS_CA_CERT);
        putFile(pids, "tlscert", Option.TLS_CERT);
        putFile(pids, "tlskey", Option.TLS_KEY);
        if (on(Option.TLS_VERIFY)) {
            put(pids, "io.felucca.docker.api", "tlsverify", true);
        } else if (text(Option.TLS).equals("false")) {
            put(pids, "io.felucca.docker.api", "insecure.tcp", true);
        }
        putGiven(pids, "io.felucca.storage", "driver", Option.STORAGE_DRIVER);
        putGiven(pids, "io.felucca.storage", "options", Option.STORAGE_OPT);
        putGiven(pids, "io.felucca.engine", "userns.remap", Option.USERNS_REMAP);
        putGiven(pids, "io.felucca.containers", "userns.remap", Option.USERNS_REMAP);
        putGiven(pids, "io.felucca.containers", "log.driver", Option.LOG_DRIVER);
        putGiven(pids, "io.felucca.containers", "log.opts", Option.LOG_OPT);
        putGiven(pids, "io.felucca.registry", "mirrors", Option.REGISTRY_MIRROR);
        putGiven(pids, "io.felucca.registry", "insecure", Option.INSECURE_REGISTRY);
        if (given.containsKey(Option.IMAGE_GC_HIGH)) {
            int high = Integer.parseInt(text(Option.IMAGE_GC_HIGH));
            put(pids, "io.felucca.images", "gc.high", high);
            put(pids, "io.felucca.images", "gc.low", imageGcLow(high));
        }
        putGiven(pids, NETWORKS, "bridge", Option.BRIDGE);
        putGiven(pids, NETWORKS, "bip", Option.BIP);
        putGiven(pids, NETWORKS, "ipv6", Option.IPV6);
        putGiven(pids, NETWORKS, "fixed.cidr.v6", Option.FIXED_CIDR_V6);
        putGiven(pids, NETWORKS, "icc", Option.ICC);
        putGiven(pids, NETWORKS, "default.address.pools", Option.DEFAULT_ADDRESS_POOL);
        putGiven(pids, NETWORKS, "dns", Option.DNS);
        putGiven(pids, NETWORKS, "dns.search", Option.DNS_SEARCH);
        putGiven(pids, NETWORKS, "dns.options", Option.DNS_OPT);
        putGiven(pids, NETWORKS, "host.gateway", Option.HOST_GATEWAY_IP);
        putGiven(pids, NETWORKS, "published.ports", Option.PUBLISHED_PORTS);
        if (given.containsKey(Option.DEFAULT_RUNTIME)) {
            Optional<Path> program = defaultRuntime();
            program.ifPresentOrElse(
                    path -> put(pids, "io.felucca.runtime.oci", "runtime", path.toString()),
                    () -> put(pids, "io.felucca.containers", "runtime", text(Option.DEFAULT_RUNTIME)));
        }
        if (!list(Option.ADD_RUNTIME).isEmpty()) {
            putGiven(pids, "io.felucca.runtime.oci", "runtimes", Option.ADD_RUNTIME);
        }
        putGiven(pids, "io.felucca.containers", "cgroup.parent", Option.CGROUP_PARENT);
        putGiven(pids, "io.felucca.containers", "default.ulimits", Option.DEFAULT_ULIMIT);
        return pids;
    }

    /** The program of containers that name no runtime; empty when the option is the name of a runtime. */
    private Optional<Path> defaultRuntime() {
        String name = text(Option.DEFAULT_RUNTIME);
        if (list(Option.ADD_RUNTIME).stream().anyMatch(runtime -> runtime.startsWith(name + "="))) {
            return Optional.empty();
        }
        Path program = runtime(name);
        return name.equals("crun") || name.equals("runc") ? Optional.empty() : Optional.of(program);
    }

    private static void checkRuntime(String runtime) {
        int equals = runtime.indexOf('=');
        String name = equals < 0 ? "" : runtime.substring(0, equals);
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*")
                || runtime.substring(equals + 1).isBlank()) {
            throw new LaunchException("unable to configure the Felucca engine: invalid runtime argument: " + runtime
                    + ": write it as name=program");
        }
        if (name.equals("oci")) {
            throw new LaunchException("unable to configure the Felucca engine: runtime name 'oci' is reserved");
        }
    }

    /** By path, or by name on PATH. */
    private static Path runtime(String name) {
        String path = System.getenv("PATH");
        String folders = name.startsWith("/") ? "/" : path == null ? "/usr/sbin:/usr/bin:/sbin:/bin" : path;
        for (String folder : folders.split(":")) {
            Path program = Path.of(folder, name);
            if (Files.isExecutable(program) && Files.isRegularFile(program)) {
                return program;
            }
        }
        throw new LaunchException(
                "unable to configure the Felucca engine: specified default runtime '" + name + "' does not exist");
    }

    private void putFile(Map<String, Map<String, Object>> pids, String name, Option option) {
        if (given.containsKey(option)) {
            put(pids, "io.felucca.docker.api", name, path(option).toString());
        }
    }

    private void putGiven(Map<String, Map<String, Object>> pids, String pid, String name, Option option) {
        if (given.containsKey(option)) {
            Object value = option.form == Option.Form.LIST ? list(option).toArray(String[]::new) : text(option);
            put(pids, pid, name, value);
        }
    }

    private static void put(Map<String, Map<String, Object>> pids, String pid, String name, Object value) {
        pids.computeIfAbsent(pid, p -> new LinkedHashMap<>()).put(name, value);
    }
}
