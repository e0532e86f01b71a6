package io.felucca.shell.container;

import io.felucca.shell.command.NotBuilt;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of {@code run} and {@code create} whose part of the engine is not built yet. */
final class OptionsToCome {

    @NotBuilt
    @Option(
            names = "--gpus",
            paramLabel = "gpu-request",
            description = "GPU devices to add to the container ('all' to pass all GPUs)")
    String gpus;

    @NotBuilt
    @Option(names = "--ip", description = "IPv4 address (e.g., 172.30.100.104)")
    String ip;

    @NotBuilt
    @Option(names = "--ip6", description = "IPv6 address (e.g., 2001:db8::33)")
    String ip6;

    @NotBuilt
    @Option(names = "--isolation", description = "Container isolation technology")
    String isolation;

    @NotBuilt
    @Option(names = "--kernel-memory", paramLabel = "bytes", description = "Kernel memory limit")
    String kernelMemory;

    @NotBuilt
    @Option(names = "--link", description = "Add link to another container")
    List<String> links;

    @NotBuilt
    @Option(names = "--link-local-ip", description = "Container IPv4/IPv6 link-local addresses")
    List<String> linkLocalIps;

    @NotBuilt
    @Option(names = "--mac-address", description = "Container MAC address (e.g., 92:d0:c6:0a:29:33)")
    String macAddress;

    @NotBuilt
    @Option(
            names = {"--network-alias", "--net-alias"},
            description = "Add network-scoped alias for the container")
    List<String> networkAliases;

    @NotBuilt("use --network host")
    @Option(
            names = {"-p", "--publish"},
            description = "Publish a container's port(s) to the host")
    List<String> publish;

    @NotBuilt("use --network host")
    @Option(
            names = {"-P", "--publish-all"},
            arity = "1",
            description = "Publish all exposed ports to random ports")
    boolean publishAll;

    @NotBuilt
    @Option(names = "--storage-opt", description = "Storage driver options for the container")
    List<String> storageOptions;

    @NotBuilt
    @Option(names = "--use-api-socket", arity = "1", description = "Bind mount Docker API socket and required auth")
    boolean useApiSocket;
}
