package io.felucca.containers.check;

import static io.felucca.containers.spec.SpecResources.text;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.HostConfig;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.rootfs.WorkingDirectory;
import io.felucca.containers.security.CapabilityList;
import io.felucca.containers.security.SeccompJson;
import io.felucca.containers.security.SecurityOptions;
import io.felucca.containers.spec.Modes;
import io.felucca.containers.spec.SpecMounts;
import io.felucca.containers.spec.SpecProcess;
import io.felucca.containers.spec.Ulimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What create refuses and what it warns of, with the texts of dockerd 20.10. What passes can be made into a spec, but
 * for devices and files of the host, which are looked at when the container starts.
 */
public final class HostConfigCheck {

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
        checkImages(config);
        check.modes(config, host, idMap);
        check.warnings.addAll(ResourceCheck.check(host.resources(), facts));
        check.process(host);
        if (facts.seLinux()) {
            labels(host);
        }
        sysctls(host);
        SpecMounts.tmpfs(host);
        return List.copyOf(check.warnings);
    }

    /** What an image can bring, too. @throws FeluccaException INVALID */
    public static void checkImages(ContainerConfig config) {
        if (!text(config.workingDir()).isEmpty()) {
            WorkingDirectory.check(config.workingDir());
        }
    }

    private void modes(ContainerConfig config, HostConfig host, IdMap idMap) {
        mode("PID", host.pidMode(), true, false);
        mode("IPC", host.ipcMode(), true, true);
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

    private void process(HostConfig host) {
        if (host.shmSize() < 0) {
            throw FeluccaException.invalid("SHM size can not be less than 0");
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

    /** Where SELinux is active a label that is not set would leave a container less confined than was asked for. */
    private static void labels(HostConfig host) {
        for (String option : host.securityOpt()) {
            if (option.matches("label[=:].*")
                    && !option.substring("label=".length()).equals("disable")) {
                throw FeluccaException.unsupported("cannot set the SELinux label of --security-opt " + option
                        + ": this engine sets no labels; leave it out, or give label=disable");
            }
        }
        if (host.binds() != null) {
            host.binds().forEach(bind -> relabelled(bind, bind.lastIndexOf(':')));
        }
        for (String from : host.volumesFrom()) {
            relabelled(from, from.lastIndexOf(':'));
        }
    }

    private static void relabelled(String word, int colon) {
        for (String mode : word.substring(colon + 1).split(",")) {
            if (colon > 0 && (mode.equals("z") || mode.equals("Z"))) {
                throw FeluccaException.unsupported("cannot relabel the content of " + word + " for SELinux: this engine"
                        + " sets no labels; leave out :" + mode + " and label it by chcon");
            }
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
