package io.felucca.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineOptionsTest {

    @TempDir
    Path folder;

    private static EngineOptions parse(String... words) {
        return EngineOptions.of(List.of(words));
    }

    private String file(String json) throws Exception {
        Path file = folder.resolve("daemon.json");
        Files.writeString(file, json);
        return file.toString();
    }

    @Test
    void withoutWordsTheDefaultsHold() {
        EngineOptions options = parse();

        assertThat(options.path(Option.DATA_ROOT)).hasToString("/var/lib/felucca");
        assertThat(options.path(Option.EXEC_ROOT)).hasToString("/run/felucca");
        assertThat(options.path(Option.PIDFILE)).hasToString("/run/felucca.pid");
        assertThat(options.unixSockets()).containsExactly(Path.of("/run/felucca.sock"));
        assertThat(options.logLevel()).isEqualTo("info");
        assertThat(options.configurations().keySet()).containsExactly("io.felucca.engine", "io.felucca.docker.api");
    }

    @Test
    void optionsAreReadInEachOfTheirForms() {
        EngineOptions options =
                parse("--data-root", "/a", "--exec-root=/b", "-Hunix:///x", "-H=unix:///y", "--host", "/z", "-D");

        assertThat(options.path(Option.DATA_ROOT)).hasToString("/a");
        assertThat(options.path(Option.EXEC_ROOT)).hasToString("/b");
        assertThat(options.unixSockets()).containsExactly(Path.of("/x"), Path.of("/y"), Path.of("/z"));
        assertThat(options.logLevel()).isEqualTo("debug");
    }

    @Test
    void optionsBecomeConfigurationsOfTheirBundles() {
        Map<String, Map<String, Object>> pids = parse(
                        "--data-root", "/a",
                        "--exec-root", "/b",
                        "--group", "docker",
                        "--storage-driver", "vfs",
                        "--storage-opt", "vfs.x=1",
                        "--storage-opt", "vfs.y=2",
                        "--userns-remap", "default",
                        "--default-ulimit", "nofile=1:2")
                .configurations();

        assertThat(pids.get("io.felucca.engine"))
                .containsEntry("data.root", "/a")
                .containsEntry("exec.root", "/b");
        assertThat(pids.get("io.felucca.docker.api"))
                .containsEntry("hosts", new String[] {"unix:///run/felucca.sock"})
                .containsEntry("group", "docker");
        assertThat(pids.get("io.felucca.storage"))
                .containsEntry("driver", "vfs")
                .containsEntry("options", new String[] {"vfs.x=1", "vfs.y=2"});
        assertThat(pids.get("io.felucca.containers"))
                .containsEntry("userns.remap", "default")
                .containsEntry("default.ulimits", new String[] {"nofile=1:2"});
    }

    @Test
    @DisplayName("S18: mirrors and insecure registries reach the client of registries, from flags and from daemon.json")
    void registriesAreConfigured() throws Exception {
        assertThat(parse("--registry-mirror", "http://x:5000", "--insecure-registry", "y", "--insecure-registry", "z")
                        .configurations()
                        .get("io.felucca.registry"))
                .containsEntry("mirrors", new String[] {"http://x:5000"})
                .containsEntry("insecure", new String[] {"y", "z"});
        String file = file("{\"registry-mirrors\": [\"https://m\"]}");
        assertThat(parse("--config-file", file).configurations().get("io.felucca.registry"))
                .containsEntry("mirrors", new String[] {"https://m"});
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "ftp://x", "http://x?y", "http://", "http://u:p@x"})
    void aMirrorThatIsNoAddressIsRefused(String mirror) {
        assertThatThrownBy(() -> parse("--registry-mirror", mirror))
                .isInstanceOf(LaunchException.class)
                .hasMessageStartingWith("invalid mirror: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a_b", "x/8", "10.0.0.0/33", "256.0.0.0/8", "host:70000", "host:999999999999", "ssh://host", ""})
    @DisplayName("S18: what is no host and no network is refused as an insecure registry")
    void anInsecureRegistryThatIsNoAddressIsRefused(String address) {
        assertThatThrownBy(() -> parse("--insecure-registry", address))
                .isInstanceOf(LaunchException.class)
                .hasMessageStartingWith("insecure registry " + address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"host", "a.b-c:5000", "10.0.0.0/8", "fd00::/8", "[fd00::1]:5000", "fd00::1", "http://host:1"})
    @DisplayName("S18: hosts, addresses and networks are taken as insecure registries")
    void insecureRegistriesAreHostsAndNetworks(String address) {
        assertThat(parse("--insecure-registry", address).list(Option.INSECURE_REGISTRY))
                .containsExactly(address);
    }

    @Test
    @DisplayName("B12: percents of the disk reach the image store, from flags and from daemon.json")
    void collectionOfImagesIsConfigured() throws Exception {
        assertThat(parse("--image-gc-high-threshold", "85").configurations().get("io.felucca.images"))
                .containsEntry("gc.high", 85)
                .containsEntry("gc.low", 80);
        String file = file("{\"image-gc-high-threshold\": 90, \"image-gc-low-threshold\": 50}");
        assertThat(parse("--config-file", file).configurations().get("io.felucca.images"))
                .containsEntry("gc.high", 90)
                .containsEntry("gc.low", 50);
        assertThat(parse().configurations()).doesNotContainKey("io.felucca.images");
        assertThatThrownBy(() -> parse("--image-gc-high-threshold", "x"))
                .hasMessage("invalid argument \"x\" for \"--image-gc-high-threshold\" flag: strconv.ParseInt: parsing"
                        + " \"x\": invalid syntax\nSee 'felucca engine --help'.");
        assertThatThrownBy(() -> parse("--image-gc-low-threshold", "5"))
                .hasMessage("--image-gc-low-threshold needs --image-gc-high-threshold");
        for (String low : List.of("85", "-1", "90")) {
            assertThatThrownBy(() -> parse("--image-gc-high-threshold", "85", "--image-gc-low-threshold", low))
                    .hasMessage("--image-gc-high-threshold 85 and --image-gc-low-threshold " + low
                            + ": percents are needed, the low one below the high one");
        }
        String text = file("{\"image-gc-high-threshold\": \"90\"}");
        assertThatThrownBy(() -> parse("--config-file", text))
                .hasMessageContaining(
                        "json: cannot unmarshal string into Go struct field Config.image-gc-high-threshold"
                                + " of type int");
    }

    @Test
    void networksAreConfigured() {
        assertThat(parse("--bridge", "none").text(Option.BRIDGE)).isEqualTo("none");
        assertThat(parse("-b", "br0", "--bip", "10.9.0.1/24", "--icc=false", "--ipv6", "--fixed-cidr-v6", "fd09::/64")
                        .configurations()
                        .get("io.felucca.networks"))
                .containsEntry("bridge", "br0")
                .containsEntry("bip", "10.9.0.1/24")
                .containsEntry("ipv6", "true")
                .containsEntry("fixed.cidr.v6", "fd09::/64")
                .containsEntry("icc", "false");
    }

    @Test
    void mistakesAreSaidInDockerdsWords() {
        assertThatThrownBy(() -> parse("--wrong")).hasMessage("unknown flag: --wrong\nSee 'felucca engine --help'.");
        assertThatThrownBy(() -> parse("-x"))
                .hasMessage("unknown shorthand flag: 'x' in -x\nSee 'felucca engine --help'.");
        assertThatThrownBy(() -> parse("word"))
                .hasMessage("\"felucca engine\" accepts no argument(s).\nSee 'felucca engine --help'.");
        assertThatThrownBy(() -> parse("--data-root"))
                .hasMessage("flag needs an argument: --data-root\nSee 'felucca engine --help'.");
        assertThatThrownBy(() -> parse("--log-level", "loud")).hasMessage("unable to parse logging level: loud");
        assertThatThrownBy(() -> parse("--icc=maybe"))
                .hasMessageStartingWith("invalid argument \"maybe\" for \"--icc\" flag: strconv.ParseBool");
        assertThatThrownBy(() -> parse("--storage-opt", "x"))
                .hasMessage("unable to parse storage-opt x: write it as name=value");
    }

    @Test
    void theDefaultRuntimeIsFoundOnThePath() {
        assertThat(parse("--default-runtime", "sh")
                        .configurations()
                        .get("io.felucca.runtime.oci")
                        .get("runtime"))
                .asString()
                .endsWith("/bin/sh");
        assertThat(parse("--default-runtime", "/bin/sh").configurations().get("io.felucca.runtime.oci"))
                .containsEntry("runtime", "/bin/sh");
        assertThatThrownBy(() -> parse("--default-runtime", "nope"))
                .hasMessage("unable to configure the Felucca engine: specified default runtime 'nope' does not exist");
    }

    @Test
    void runtimesHaveNames() throws Exception {
        String file = file("{\"runtimes\": {\"mine\": {\"path\": \"/bin/sh\", \"runtimeArgs\": [\"--debug\", \"-x\"]},"
                + " \"nvidia\": {\"path\": \"nvidia-container-runtime\", \"runtimeArgs\": []}},"
                + " \"default-runtime\": \"mine\"}");

        Map<String, Map<String, Object>> pids = parse("--config-file", file).configurations();

        assertThat((String[]) pids.get("io.felucca.runtime.oci").get("runtimes"))
                .containsExactly("mine=/bin/sh --debug -x", "nvidia=nvidia-container-runtime");
        assertThat(pids.get("io.felucca.runtime.oci")).doesNotContainKey("runtime");
        assertThat(pids.get("io.felucca.containers")).containsEntry("runtime", "mine");
        assertThat(parse("--default-runtime", "runc").configurations().get("io.felucca.containers"))
                .containsEntry("runtime", "runc");
    }

    @Test
    void runtimesThatCannotBeAreRefused() throws Exception {
        assertThatThrownBy(() -> parse("--add-runtime", "x"))
                .hasMessage(
                        "unable to configure the Felucca engine: invalid runtime argument: x: write it as name=program");
        assertThatThrownBy(() -> parse("--add-runtime", "oci=/bin/sh"))
                .hasMessage("unable to configure the Felucca engine: runtime name 'oci' is reserved");
        String file = file("{\"runtimes\": {\"kata\": {\"runtimeType\": \"io.containerd.kata.v2\"}}}");
        assertThatThrownBy(() -> parse("--config-file", file))
                .hasMessage("unable to configure the Felucca engine with file " + file
                        + ": runtimes: kata cannot have runtimeType io.containerd.kata.v2 here; there are path and"
                        + " runtimeArgs, words without spaces");
    }

    @Test
    void theConfigFilesKeysAreOptions() throws Exception {
        EngineOptions options = parse(
                "--config-file",
                file("{\"data-root\": \"/a\", \"hosts\": [\"unix:///x\"], \"debug\": true, \"storage-opts\": [\"a=b\"],"
                        + " \"default-ulimits\": {\"nofile\": {\"Name\": \"nofile\", \"Soft\": 1, \"Hard\": 2}}}"));

        assertThat(options.path(Option.DATA_ROOT)).hasToString("/a");
        assertThat(options.unixSockets()).containsExactly(Path.of("/x"));
        assertThat(options.logLevel()).isEqualTo("debug");
        assertThat(options.list(Option.STORAGE_OPT)).containsExactly("a=b");
        assertThat(options.list(Option.DEFAULT_ULIMIT)).containsExactly("nofile=1:2");
    }

    @Test
    void aKeyThatIsAFlagTooIsAConflict() throws Exception {
        String file = file("{\"hosts\": [\"unix:///x\", \"unix:///y\"], \"data-root\": \"/a\"}");

        assertThatThrownBy(() -> parse("--config-file", file, "-H", "unix:///z", "--data-root", "/b"))
                .hasMessage(
                        "unable to configure the Felucca engine with file " + file + ": the following directives are"
                                + " specified both as a flag and in the configuration file: hosts: (from flag: [unix:///z],"
                                + " from file: [unix:///x unix:///y]), data-root: (from flag: /b, from file: /a)");
    }

    @Test
    void keysThatSayWhatHoldsAnywayAreAccepted() throws Exception {
        EngineOptions options = parse(
                "--config-file",
                file("{\"live-restore\": true, \"iptables\": true, \"ip-masq\": true, \"userland-proxy\": false,"
                        + " \"exec-opts\": [\"native.cgroupdriver=cgroupfs\"], \"experimental\": false, \"labels\": [],"
                        + " \"features\": {\"buildkit\": false}, \"mtu\": 1500, \"shutdown-timeout\": 30,"
                        + " \"max-concurrent-downloads\": 3, \"selinux-enabled\": false, \"runtimes\": {},"
                        + " \"seccomp-profile\": \"\", \"ip\": \"0.0.0.0\", \"metrics-addr\": \"\"}"));

        assertThat(options.configurations().keySet()).containsExactly("io.felucca.engine", "io.felucca.docker.api");
    }

    @Test
    void keysThatAskForWhatCannotBeHadAreRefusedByName() throws Exception {
        String file = file("{\"live-restore\": false, \"selinux-enabled\": true, \"mtu\": 1400,"
                + " \"features\": {\"buildkit\": true}, \"exec-opts\": [\"native.cgroupdriver=systemd\"]}");

        assertThatThrownBy(() -> parse("--config-file", file))
                .hasMessage("unable to configure the Felucca engine with file " + file
                        + ": the following directives cannot have that value here:"
                        + " live-restore (containers always run on while the engine is away),"
                        + " selinux-enabled (there are no labels of SELinux),"
                        + " mtu (make a network with -o com.docker.network.driver.mtu=),"
                        + " features (there is neither BuildKit nor containerd's image store),"
                        + " exec-opts (the cgroup driver is cgroupfs)");
    }

    @Test
    void logSettingsAndAddressPoolsAreTakenFromTheFile() throws Exception {
        EngineOptions options = parse(
                "--config-file",
                file("{\"log-driver\": \"json-file\", \"log-opts\": {\"max-size\": \"1m\", \"max-file\": \"3\"},"
                        + " \"default-address-pools\": [{\"base\": \"10.9.0.0/16\", \"size\": 24}]}"));

        assertThat(options.configurations().get("io.felucca.containers"))
                .containsEntry("log.driver", "json-file")
                .containsEntry("log.opts", new String[] {"max-size=1m", "max-file=3"});
        assertThat(options.list(Option.DEFAULT_ADDRESS_POOL)).containsExactly("base=10.9.0.0/16,size=24");
        String wrong = file("{\"log-opts\": {\"max-file\": 3}}");
        assertThatThrownBy(() -> parse("--config-file", wrong))
                .hasMessageEndingWith(
                        "json: cannot unmarshal number into Go struct field Config.log-opts of type string");
    }

    @Test
    void everyKeyIsKnownOnce() {
        for (FixedKey fixed : FixedKey.values()) {
            assertThat(Option.ofKey(fixed.key)).as(fixed.key).isEmpty();
            assertThat(FixedKey.of(fixed.key)).contains(fixed);
        }
    }

    @Test
    void anUnknownKeyIsNamed() throws Exception {
        String file = file("{\"foo\": 1, \"hosts\": []}");

        assertThatThrownBy(() -> parse("--config-file", file))
                .hasMessage("unable to configure the Felucca engine with file " + file
                        + ": the following directives don't match any configuration option: foo");
    }

    @Test
    void aFileThatIsWrongIsSaidInDockerdsWords() throws Exception {
        String file = file("{\"hosts\": [");
        assertThatThrownBy(() -> parse("--config-file", file))
                .hasMessage("unable to configure the Felucca engine with file " + file + ": unexpected EOF");
        file("{\"storage-opts\": 5}");
        assertThatThrownBy(() -> parse("--config-file", file))
                .hasMessage("unable to configure the Felucca engine with file " + file
                        + ": json: cannot unmarshal number into Go struct field Config.storage-opts of type []string");
        assertThatThrownBy(() -> parse("--config-file", "/none.json"))
                .hasMessage("unable to configure the Felucca engine with file /none.json: open /none.json: no such file"
                        + " or directory");
    }
}
