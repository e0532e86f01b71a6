package io.felucca.shell.container.options;

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
    @Option(names = "--isolation", description = "Container isolation technology")
    String isolation;

    @NotBuilt
    @Option(names = "--kernel-memory", paramLabel = "bytes", description = "Kernel memory limit")
    String kernelMemory;

    @NotBuilt
    @Option(names = "--link-local-ip", description = "Container IPv4/IPv6 link-local addresses")
    List<String> linkLocalIps;

    @NotBuilt
    @Option(names = "--use-api-socket", arity = "1", description = "Bind mount Docker API socket and required auth")
    boolean useApiSocket;
}
