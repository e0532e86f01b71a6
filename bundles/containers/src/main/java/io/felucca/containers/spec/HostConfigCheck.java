package io.felucca.containers.spec;

import static io.felucca.containers.spec.SpecResources.text;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.HostConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What create refuses and what it warns of, with the texts of dockerd 20.10. What passes can be made into a spec, but
 * for devices and files of the host, which are looked at when the container starts.
 */
public final class HostConfigCheck {

    private static final long MEMORY_MIN = 6L << 20;

    private final HostFacts facts;
    private final List<String> warnings = new ArrayList<>();

    private HostConfigCheck(HostFacts facts) {
        this.facts = facts;
    }

    /**
     * @param idMap of the engine, unless the container asked for the host's user namespace
     * @return warnings for create's answer
     * @throws FeluccaException INVALID
     */
    public static List<String> check(ContainerConfig config, HostConfig host, IdMap idMap, HostFacts facts) {
        HostConfigCheck check = new HostConfigCheck(facts);
        if (!text(config.workingDir()).isEmpty()) {
            WorkingDirectory.check(config.workingDir());
        }
        check.modes(config, host, idMap);
        check.memory(host);
        check.cpu(host);
        check.process(host);
        sysctls(host);
        SpecMounts.tmpfs(host);
        host.devices().forEach(SpecDevices::permissions);
        return List.copyOf(check.warnings);
    }

    private void modes(ContainerConfig config, HostConfig host, IdMap idMap) {
        mode("PID", host.pidMode(), true, false);
        mode("IPC", host.ipcMode(), false, true);
        mode("UTS", host.utsMode(), false, false);
        mode("user", host.usernsMode(), false, false);
        mode("cgroup namespace", host.cgroupnsMode(), false, true);
        if (Modes.isHost(host.utsMode())
                && !text(config.hostname()).isEmpty()
                && !config.hostname().equals(facts.hostname())) {
            throw FeluccaException.invalid("conflicting options: hostname and the UTS mode");
        }
        if (idMap.isNone()) {
            return;
        }
        if (host.privileged()) {
            throw FeluccaException.invalid("privileged mode is incompatible with user namespaces. "
                    + " You must run the container in the host namespace when running privileged mode");
        }
        if (Modes.isHost(host.networkMode())) {
            throw FeluccaException.invalid(
                    "cannot share the host's network namespace when user namespaces are enabled");
        }
        if (Modes.isHost(host.pidMode()) || Modes.isContainer(host.pidMode())) {
            throw FeluccaException.invalid("cannot share the host PID namespace when user namespaces are enabled");
        }
    }

    private static void mode(String kind, String mode, boolean container, boolean isPrivate) {
        boolean known = text(mode).isEmpty()
                || Modes.isHost(mode)
                || container && Modes.isContainer(mode)
                || isPrivate && mode.equals(Modes.PRIVATE)
                || kind.equals("IPC") && (mode.equals("shareable") || mode.equals(Modes.NONE));
        if (!known) {
            String invalid = kind.equals("IPC") ? "Invalid " : "invalid ";
            throw FeluccaException.invalid(invalid + kind + " mode: " + mode);
        }
    }

    private void memory(HostConfig host) {
        boolean has = facts.cgroups().has("memory");
        if (host.memory() > 0 && !has) {
            warn("Your kernel does not support memory limit capabilities or the cgroup is not mounted."
                    + " Limitation discarded.");
        } else if (host.memory() < 0 || host.memory() > 0 && host.memory() < MEMORY_MIN) {
            throw FeluccaException.invalid("Minimum memory limit allowed is 6MB");
        }
        if (host.memory() > 0
                && host.memorySwap() != -1
                && has
                && !facts.cgroups().swap()) {
            warn("Your kernel does not support swap limit capabilities or the cgroup is not mounted."
                    + " Memory limited without swap.");
        }
        if (host.memory() > 0 && host.memorySwap() > 0 && host.memorySwap() < host.memory()) {
            throw FeluccaException.invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
        }
        if (host.memory() == 0 && host.memorySwap() > 0) {
            throw FeluccaException.invalid(
                    "You should always set the Memory limit when using Memoryswap limit, see usage");
        }
        if (host.memoryReservation() > 0 && !has) {
            warn("Your kernel does not support memory soft limit capabilities or the cgroup is not mounted."
                    + " Limitation discarded.");
        } else if (host.memoryReservation() != 0 && host.memoryReservation() < MEMORY_MIN) {
            throw FeluccaException.invalid("Minimum memory reservation allowed is 6MB");
        }
        if (host.memory() > 0 && host.memoryReservation() > host.memory()) {
            throw FeluccaException.invalid(
                    "Minimum memory limit can not be less than memory reservation limit, see usage");
        }
        if (Boolean.TRUE.equals(host.oomKillDisable())) {
            if (facts.cgroups().unified()) {
                warn("Your kernel does not support OomKillDisable. OomKillDisable discarded.");
            } else if (host.memory() == 0) {
                warn("OOM killer is disabled for the container, but no memory limit is set,"
                        + " this can result in the system running out of resources.");
            }
        }
        if (host.shmSize() < 0) {
            throw FeluccaException.invalid("SHM size can not be less than 0");
        }
    }

    private void cpu(HostConfig host) {
        boolean has = facts.cgroups().has("cpu");
        if (host.cpuShares() > 0 && !has) {
            warn("Your kernel does not support CPU shares or the cgroup is not mounted. Shares discarded.");
        }
        if (host.nanoCpus() > 0 && host.cpuPeriod() > 0) {
            throw FeluccaException.invalid("Conflicting options: Nano CPUs and CPU Period cannot both be set");
        }
        if (host.nanoCpus() > 0 && host.cpuQuota() > 0) {
            throw FeluccaException.invalid("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        }
        int cpus = facts.cpus().count();
        if (host.nanoCpus() < 0 || host.nanoCpus() > cpus * 1_000_000_000L) {
            throw FeluccaException.invalid(String.format(
                    Locale.ROOT,
                    "Range of CPUs is from 0.01 to %d.00, as there are only %d CPUs available",
                    cpus,
                    cpus));
        }
        if ((host.nanoCpus() > 0 || host.cpuPeriod() > 0 || host.cpuQuota() > 0) && !has) {
            warn("Your kernel does not support CPU cfs period/quota or the cgroup is not mounted."
                    + " Quota discarded.");
        }
        if (host.cpuPeriod() != 0 && (host.cpuPeriod() < 1000 || host.cpuPeriod() > 1_000_000)) {
            throw FeluccaException.invalid(
                    "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s" + " (i.e. 1000000)");
        }
        if (host.cpuQuota() > 0 && host.cpuQuota() < 1000) {
            throw FeluccaException.invalid("CPU cfs quota can not be less than 1ms (i.e. 1000)");
        }
        boolean pinned =
                !text(host.cpusetCpus()).isEmpty() || !text(host.cpusetMems()).isEmpty();
        if (pinned && !facts.cgroups().has("cpuset")) {
            warn("Your kernel does not support cpuset or the cgroup is not mounted. Cpuset discarded.");
        }
        numbers("cpus", "CPUs", text(host.cpusetCpus()), facts.cpus());
        numbers("mems", "memory nodes", text(host.cpusetMems()), facts.memoryNodes());
    }

    private static void numbers(String option, String what, String asked, NumberSet available) {
        NumberSet set;
        try {
            set = NumberSet.parse(asked);
        } catch (FeluccaException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID,
                    "Invalid value " + asked + " for cpuset " + option + ": " + e.getMessage(),
                    e);
        }
        if (!available.containsAll(set)) {
            throw FeluccaException.invalid("Requested " + what + " are not available - requested " + asked
                    + ", available: " + available.text());
        }
    }

    private void process(HostConfig host) {
        if (host.pidsLimit() != null && host.pidsLimit() > 0 && !facts.cgroups().has("pids")) {
            warn("Your kernel does not support pids limit capabilities or the cgroup is not mounted."
                    + " PIDs limit discarded.");
        }
        if (host.oomScoreAdj() != null) {
            int asked = host.oomScoreAdj();
            if (asked < -1000 || asked > 1000) {
                throw FeluccaException.invalid("Invalid value " + asked + ", range for oom score adj is [-1000, 1000]");
            }
            int given = SpecProcess.oomScoreAdj(host, facts);
            if (given != asked) {
                warn("The engine does not hold CAP_SYS_RESOURCE: oom score adj was raised from " + asked + " to "
                        + given + ", the engine's own.");
            }
        }
        warnings.addAll(CapabilityList.warnings(host, facts));
        warnings.addAll(Ulimits.of(host, facts).warnings());
        SecurityOptions security = SecurityOptions.parse(host.securityOpt());
        if (!security.seccomp().isEmpty() && !security.seccompUnconfined()) {
            SeccompJson.read(security.seccomp(), java.util.Set.copyOf(CapabilityList.given(host, facts)), facts);
        }
    }

    private static void sysctls(HostConfig host) {
        for (Map.Entry<String, String> sysctl : host.sysctls().entrySet()) {
            String name = sysctl.getKey();
            boolean ipc = name.startsWith("kernel.msg")
                    || name.startsWith("kernel.sem")
                    || name.startsWith("kernel.shm")
                    || name.startsWith("fs.mqueue.");
            if (name.startsWith("net.") && Modes.isHost(host.networkMode()) || ipc && Modes.isHost(host.ipcMode())) {
                throw FeluccaException.invalid(
                        "sysctl '" + name + "' not allowed in host " + (ipc ? "ipc" : "network") + " namespace");
            }
            if (!ipc && !name.startsWith("net.") && !name.equals("kernel.domainname")) {
                throw FeluccaException.invalid("sysctl '" + name + "=" + sysctl.getValue() + "' is not allowed");
            }
        }
    }

    private void warn(String text) {
        warnings.add(text);
    }
}
