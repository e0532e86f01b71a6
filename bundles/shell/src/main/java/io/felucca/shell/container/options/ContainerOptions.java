package io.felucca.shell.container.options;

import io.felucca.shell.command.Values;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code run} and {@code create} ask of a container, in the names and words of Docker's command line. */
public final class ContainerOptions {

    @Mixin
    NetworkOptions network = new NetworkOptions();

    @Mixin
    OptionsToCome toCome = new OptionsToCome();

    @Mixin
    VolumeOptions volumes = new VolumeOptions();

    @Mixin
    LimitOptions limits = new LimitOptions();

    @Mixin
    HealthOptions health = new HealthOptions();

    @Mixin
    DeviceOptions devices = new DeviceOptions();

    @Option(
            names = "--annotation",
            paramLabel = "map",
            description = "Add an annotation to the container (passed through to the OCI runtime)")
    List<String> annotations = new ArrayList<>();

    @Option(
            names = "--add-host",
            converter = Forms.ExtraHost.class,
            description = "Add a custom host-to-IP mapping (host:ip)")
    List<String> addHosts = new ArrayList<>();

    @Option(
            names = {"-a", "--attach"},
            converter = Forms.StreamName.class,
            description = "Attach to STDIN, STDOUT or STDERR")
    public List<String> attach = new ArrayList<>();

    @Option(names = "--cap-add", description = "Add Linux capabilities")
    List<String> capAdd = new ArrayList<>();

    @Option(names = "--cap-drop", description = "Drop Linux capabilities")
    List<String> capDrop = new ArrayList<>();

    @Option(names = "--cgroup-parent", description = "Optional parent cgroup for the container")
    String cgroupParent;

    @Option(names = "--cgroupns", description = "Cgroup namespace to use (host|private)")
    String cgroupns;

    @Option(names = "--cidfile", description = "Write the container ID to the file")
    public String cidfile;

    @Option(
            names = "--disable-content-trust",
            arity = "1",
            converter = Values.WithoutContentTrust.class,
            description = "Skip image verification (default true)")
    boolean disableContentTrust = true;

    @Option(names = "--dns", converter = Forms.Address.class, description = "Set custom DNS servers")
    List<String> dns = new ArrayList<>();

    @Option(
            names = {"--dns-option", "--dns-opt"},
            description = "Set DNS options")
    List<String> dnsOptions = new ArrayList<>();

    @Option(names = "--dns-search", description = "Set custom DNS search domains")
    List<String> dnsSearch = new ArrayList<>();

    @Option(names = "--domainname", description = "Container NIS domain name")
    String domainname;

    @Option(names = "--entrypoint", description = "Overwrite the default ENTRYPOINT of the image")
    String entrypoint;

    @Option(
            names = {"-e", "--env"},
            description = "Set environment variables")
    List<String> env = new ArrayList<>();

    @Option(names = "--env-file", description = "Read in a file of environment variables")
    List<String> envFiles = new ArrayList<>();

    @Option(names = "--expose", description = "Expose a port or a range of ports")
    List<String> expose = new ArrayList<>();

    @Option(names = "--group-add", description = "Add additional groups to join")
    List<String> groupAdd = new ArrayList<>();

    @Option(
            names = {"-h", "--hostname"},
            description = "Container host name")
    String hostname;

    @Option(
            names = "--init",
            arity = "1",
            description = "Run an init inside the container that forwards signals and reaps processes")
    Boolean init;

    @Option(
            names = {"-i", "--interactive"},
            arity = "1",
            description = "Keep STDIN open even if not attached")
    boolean interactive;

    @Option(names = "--ipc", description = "IPC mode to use")
    String ipc;

    @Option(
            names = {"-l", "--label"},
            description = "Set meta data on a container")
    List<String> labels = new ArrayList<>();

    @Option(names = "--label-file", description = "Read in a line delimited file of labels")
    List<String> labelFiles = new ArrayList<>();

    @Option(names = "--log-driver", description = "Logging driver for the container")
    String logDriver;

    @Option(names = "--log-opt", description = "Log driver options")
    List<String> logOptions = new ArrayList<>();

    @Option(names = "--name", description = "Assign a name to the container")
    String name;

    @Option(names = "--oom-score-adj", description = "Tune host's OOM preferences (-1000 to 1000)")
    Integer oomScoreAdj;

    @Option(names = "--pid", description = "PID namespace to use")
    String pid;

    @Option(names = "--platform", description = "Set platform if server is multi-platform capable")
    public String platform;

    @Option(names = "--privileged", arity = "1", description = "Give extended privileges to this container")
    boolean privileged;

    @Option(
            names = "--pull",
            description = "Pull image before running (\"always\", \"missing\", \"never\") (default \"missing\")")
    public String pull = "missing";

    @Option(
            names = {"-q", "--quiet"},
            arity = "1",
            description = "Suppress the pull output")
    public boolean quiet;

    @Option(names = "--read-only", arity = "1", description = "Mount the container's root filesystem as read only")
    boolean readOnly;

    @Option(names = "--restart", description = "Restart policy to apply when a container exits (default \"no\")")
    String restart = "no";

    @Option(
            names = "--rm",
            arity = "1",
            description = "Automatically remove the container and its associated anonymous volumes when it exits")
    public boolean autoRemove;

    @Option(names = "--runtime", description = "Runtime to use for this container")
    String runtime;

    @Option(names = "--security-opt", description = "Security Options")
    List<String> securityOptions = new ArrayList<>();

    @Option(
            names = "--shm-size",
            paramLabel = "bytes",
            converter = Values.Bytes.class,
            description = "Size of /dev/shm")
    long shmSize;

    @Option(names = "--stop-signal", description = "Signal to stop the container")
    String stopSignal;

    @Option(names = "--stop-timeout", description = "Timeout (in seconds) to stop a container")
    Integer stopTimeout;

    @Option(
            names = "--storage-opt",
            description = "Storage driver options for the container: size=10G for what it may write,"
                    + " driver=NAME for what it writes to")
    List<String> storageOptions = new ArrayList<>();

    @Option(names = "--sysctl", paramLabel = "map", description = "Sysctl options")
    List<String> sysctls = new ArrayList<>();

    @Option(names = "--tmpfs", description = "Mount a tmpfs directory")
    List<String> tmpfs = new ArrayList<>();

    @Option(
            names = {"-t", "--tty"},
            arity = "1",
            description = "Allocate a pseudo-TTY")
    boolean tty;

    @Option(
            names = {"-u", "--user"},
            description = "Username or UID (format: <name|uid>[:<group|gid>])")
    String user;

    @Option(names = "--userns", description = "User namespace to use")
    String userns;

    @Option(names = "--uts", description = "UTS namespace to use")
    String uts;

    @Option(
            names = {"-w", "--workdir"},
            description = "Working directory inside the container")
    String workdir;
}
