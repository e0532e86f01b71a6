package io.felucca.containers.check;

import io.felucca.containers.HostConfig;
import io.felucca.containers.HostConfig.Resources;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.spec.Modes;
import io.felucca.containers.spec.OciSpec;
import io.felucca.containers.spec.SpecMounts;

/** Puts Docker's defaults in the place of what was not asked for, so that inspect shows what holds, as dockerd's does. */
public final class HostDefaults {

    private HostDefaults() {}

    /** @param logDriver that writes the container's log */
    public static HostConfig fill(HostConfig host, HostFacts facts, String logDriver) {
        boolean open = host.privileged();
        return new HostConfig(
                host.networkMode(),
                host.restartPolicy(),
                host.autoRemove(),
                new HostConfig.LogConfig(logDriver, host.logConfig().config()),
                host.capAdd(),
                host.capDrop(),
                host.groupAdd(),
                host.dns(),
                host.dnsSearch(),
                host.dnsOptions(),
                host.extraHosts(),
                host.portBindings(),
                host.publishAllPorts(),
                host.links(),
                isGiven(host.ipcMode()) ? host.ipcMode() : Modes.PRIVATE,
                host.pidMode(),
                host.utsMode(),
                host.usernsMode(),
                Modes.privateCgroups(host, facts) ? Modes.PRIVATE : Modes.HOST,
                host.privileged(),
                host.readonlyRootfs(),
                host.securityOpt(),
                host.tmpfs(),
                host.binds(),
                host.mounts(),
                host.volumesFrom(),
                host.volumeDriver(),
                host.shmSize() > 0 ? host.shmSize() : SpecMounts.SHM_BYTES,
                host.sysctls(),
                host.runtime(),
                host.storageOpt(),
                host.cgroupParent(),
                resources(host.resources(), facts),
                host.oomScoreAdj(),
                host.annotations(),
                host.init(),
                host.maskedPaths() == null && !open ? OciSpec.MASKED : host.maskedPaths(),
                host.readonlyPaths() == null && !open ? OciSpec.READ_ONLY : host.readonlyPaths(),
                host.consoleSize());
    }

    private static boolean isGiven(String text) {
        return text != null && !text.isEmpty();
    }

    /** As much swap again as memory, where the kernel counts it. */
    private static long swap(Resources asked, HostFacts facts) {
        if (asked.memory() <= 0 || asked.memorySwap() != 0) {
            return asked.memorySwap();
        }
        return facts.cgroups().swap() ? 2 * asked.memory() : -1;
    }

    private static Resources resources(Resources asked, HostFacts facts) {
        Long swappiness = asked.memorySwappiness();
        return new Resources(
                asked.memory(),
                asked.memoryReservation(),
                swap(asked, facts),
                swappiness == null || swappiness == -1 ? null : swappiness,
                asked.oomKillDisable(),
                asked.nanoCpus(),
                asked.cpuShares(),
                asked.cpuPeriod(),
                asked.cpuQuota(),
                asked.cpuRealtimePeriod(),
                asked.cpuRealtimeRuntime(),
                asked.cpusetCpus(),
                asked.cpusetMems(),
                asked.pidsLimit() == null || asked.pidsLimit() <= 0 ? null : asked.pidsLimit(),
                asked.blockIo(),
                asked.devices(),
                asked.deviceCgroupRules(),
                asked.ulimits());
    }
}
