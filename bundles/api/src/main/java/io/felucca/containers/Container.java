package io.felucca.containers;

import io.felucca.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A container as {@code inspect} shows it.
 *
 * @param id 64 hexadecimal digits
 * @param name without the leading slash of Docker's JSON
 * @param path the program, and {@code args} its arguments
 * @param storageDriver that holds its layer
 * @param storageData the driver's view of it, for GraphDriver
 * @param appArmorProfile that confines it, from its first start on; before, the one that was asked for, or empty
 * @param mounts volumes, paths of the host and tmpfs, a folder before what lies in it
 */
public record Container(
        String id,
        Instant created,
        String name,
        String path,
        List<String> args,
        State state,
        Digest image,
        String resolvConfPath,
        String hostnamePath,
        String hostsPath,
        String logPath,
        int restartCount,
        String storageDriver,
        Map<String, String> storageData,
        String platform,
        String appArmorProfile,
        List<String> execIds,
        ContainerConfig config,
        HostConfig hostConfig,
        List<MountPoint> mounts,
        NetworkSettings networkSettings) {

    /** One that has nothing mounted and no networks to be shown. */
    public Container(
            String id,
            Instant created,
            String name,
            String path,
            List<String> args,
            State state,
            Digest image,
            String resolvConfPath,
            String hostnamePath,
            String hostsPath,
            String logPath,
            int restartCount,
            String storageDriver,
            Map<String, String> storageData,
            String platform,
            List<String> execIds,
            ContainerConfig config,
            HostConfig hostConfig) {
        this(
                id,
                created,
                name,
                path,
                args,
                state,
                image,
                resolvConfPath,
                hostnamePath,
                hostsPath,
                logPath,
                restartCount,
                storageDriver,
                storageData,
                platform,
                "",
                execIds,
                config,
                hostConfig,
                List.of(),
                NetworkSettings.NONE);
    }

    /** Docker's words for where a container is in its life. */
    public enum Status {
        CREATED,
        RUNNING,
        PAUSED,
        RESTARTING,
        REMOVING,
        EXITED,
        DEAD;

        /** As Docker writes it. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * @param pid 0 unless it runs
     * @param error why the last start failed, or empty
     * @param startedAt null before the first start
     * @param finishedAt null before the first end
     * @param health null for a container without a health check, or one that this engine has not seen running
     */
    public record State(
            Status status,
            boolean oomKilled,
            int pid,
            int exitCode,
            String error,
            Instant startedAt,
            Instant finishedAt,
            Health health) {

        /** Of one without a health check. */
        public State(
                Status status,
                boolean oomKilled,
                int pid,
                int exitCode,
                String error,
                Instant startedAt,
                Instant finishedAt) {
            this(status, oomKilled, pid, exitCode, error, startedAt, finishedAt, null);
        }

        public boolean running() {
            return status == Status.RUNNING || status == Status.PAUSED || status == Status.RESTARTING;
        }
    }

    /**
     * Findings of the health check.
     *
     * @param status {@code starting}, {@code healthy} or {@code unhealthy}; the last also once it has ended, as in Docker
     * @param failingStreak failures in a row
     * @param log the last five probes
     */
    public record Health(String status, int failingStreak, List<Probe> log) {

        public static final String STARTING = "starting";
        public static final String HEALTHY = "healthy";
        public static final String UNHEALTHY = "unhealthy";
    }

    /**
     * One run of the health check.
     *
     * @param exitCode -1 when it did not come to an end of its own
     * @param output at most 4096 bytes of it
     */
    public record Probe(Instant start, Instant end, int exitCode, String output) {}
}
