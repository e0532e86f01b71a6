package io.felucca.docker.text;

import io.felucca.containers.ContainerStats;
import io.felucca.containers.ContainerStats.BlockCount;
import io.felucca.containers.ContainerStats.Network;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** The cells of {@code stats}, computed as the docker command computes them (docker/cli 28, stats_helpers.go). */
public final class StatsText {

    private StatsText() {}

    /** Of one processor, so that two busy ones are 200%. */
    public static String cpu(ContainerStats before, ContainerStats stats) {
        double used = (double) stats.cpu().totalNanos() - before.cpu().totalNanos();
        double system = (double) stats.systemCpuNanos() - before.systemCpuNanos();
        return percent(used > 0 && system > 0 ? used / system * stats.onlineCpus() * 100 : 0);
    }

    /** Without the page cache that the kernel can give back at once. */
    public static String memory(ContainerStats stats) {
        return DockerText.binarySize(memoryBytes(stats)) + " / "
                + DockerText.binarySize(stats.memory().limitBytes());
    }

    public static String memoryShare(ContainerStats stats) {
        long limit = stats.memory().limitBytes();
        return percent(limit == 0 ? 0 : 100.0 * memoryBytes(stats) / limit);
    }

    private static long memoryBytes(ContainerStats stats) {
        long usage = stats.memory().usageBytes();
        Long inactive = stats.memory().details().get("total_inactive_file");
        if (inactive == null) {
            inactive = stats.memory().details().getOrDefault("inactive_file", 0L);
        }
        return inactive < usage ? usage - inactive : usage;
    }

    public static String network(ContainerStats stats) {
        return sum(stats, Network::receivedBytes) + " / " + sum(stats, Network::sentBytes);
    }

    private static String sum(ContainerStats stats, ToLongFunction<Network> bytes) {
        return DockerText.size(
                stats.networks().values().stream().mapToLong(bytes).sum());
    }

    public static String blocks(ContainerStats stats) {
        return blocks(stats.ioBytes(), 'r') + " / " + blocks(stats.ioBytes(), 'w');
    }

    private static String blocks(List<BlockCount> counts, char operation) {
        return DockerText.size(counts.stream()
                .filter(count -> Character.toLowerCase(count.operation().charAt(0)) == operation)
                .mapToLong(BlockCount::value)
                .sum());
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f%%", value);
    }
}
