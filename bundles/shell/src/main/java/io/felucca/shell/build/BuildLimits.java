package io.felucca.shell.build;

import io.felucca.containers.HostConfig;
import io.felucca.containers.HostConfig.BlockIo;
import io.felucca.containers.HostConfig.Resources;
import io.felucca.containers.HostConfig.Ulimit;
import io.felucca.shell.command.Values;
import io.felucca.shell.container.options.Forms;
import io.felucca.shell.container.options.SpecWords;
import io.felucca.shell.user.ClientSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What the containers of a build's steps may use, and where they are. */
final class BuildLimits {

    @Option(
            names = "--add-host",
            converter = Forms.ExtraHost.class,
            description = "Add a custom host-to-IP mapping (host:ip)")
    List<String> addHosts = new ArrayList<>();

    @Option(names = "--cgroup-parent", description = "Optional parent cgroup for the container")
    String cgroupParent = "";

    @Option(names = "--cpu-period", description = "Limit the CPU CFS (Completely Fair Scheduler) period")
    long cpuPeriod;

    @Option(names = "--cpu-quota", description = "Limit the CPU CFS (Completely Fair Scheduler) quota")
    long cpuQuota;

    @Option(
            names = {"-c", "--cpu-shares"},
            description = "CPU shares (relative weight)")
    long cpuShares;

    @Option(names = "--cpuset-cpus", description = "CPUs in which to allow execution (0-3, 0,1)")
    String cpusetCpus = "";

    @Option(names = "--cpuset-mems", description = "MEMs in which to allow execution (0-3, 0,1)")
    String cpusetMems = "";

    @Option(
            names = {"-m", "--memory"},
            paramLabel = "bytes",
            converter = Values.Bytes.class,
            description = "Memory limit")
    long memory;

    @Option(
            names = "--memory-swap",
            paramLabel = "bytes",
            converter = Values.BytesOrUnlimited.class,
            description = "Swap limit equal to memory plus swap: '-1' to enable unlimited swap")
    long memorySwap;

    @Option(names = "--network", description = "Set the networking mode for the RUN instructions during build")
    String network = "default";

    @Option(names = "--security-opt", description = "Security options")
    List<String> securityOptions = new ArrayList<>();

    @Option(
            names = "--shm-size",
            paramLabel = "bytes",
            converter = Values.Bytes.class,
            description = "Size of /dev/shm")
    long shmSize;

    @Option(
            names = "--ulimit",
            paramLabel = "ulimit",
            converter = Forms.UlimitForm.class,
            description = "Ulimit options")
    List<Ulimit> ulimits = new ArrayList<>();

    HostConfig hostConfig(ClientSession user) throws IOException {
        Resources resources = new Resources(
                memory,
                0,
                memorySwap,
                null,
                null,
                0,
                cpuShares,
                cpuPeriod,
                cpuQuota,
                0,
                0,
                cpusetCpus,
                cpusetMems,
                null,
                BlockIo.NONE,
                List.of(),
                List.of(),
                ulimits);
        return new HostConfig(
                network,
                null,
                false,
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                addHosts,
                Map.of(),
                false,
                List.of(),
                "",
                "",
                "",
                "",
                "",
                false,
                false,
                SpecWords.profiles(securityOptions, user),
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                "",
                shmSize,
                Map.of(),
                "",
                Map.of(),
                cgroupParent,
                resources,
                null,
                Map.of(),
                null,
                null,
                null,
                null);
    }
}
