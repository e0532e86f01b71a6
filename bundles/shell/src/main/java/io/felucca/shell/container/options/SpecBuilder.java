package io.felucca.shell.container.options;

import io.felucca.containers.ContainerConfig;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.HostConfig;
import io.felucca.containers.PortRange;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.text.Pairs;
import io.felucca.shell.user.ClientSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Makes what is asked for at create out of the options and words of {@code run} and {@code create}. */
public final class SpecBuilder {

    private final ContainerOptions options;
    private final ClientSession user;

    public SpecBuilder(ContainerOptions options, ClientSession user) {
        this.options = options;
        this.user = user;
    }

    /** @param detached whether nothing is attached ({@code run -d}) */
    public ContainerSpec build(String image, List<String> command, boolean detached) throws IOException {
        check();
        List<String> attach = options.attach;
        boolean stdin = !detached && (options.interactive || attach.contains("stdin"));
        boolean stdout = !detached && (attach.isEmpty() || attach.contains("stdout"));
        boolean stderr = !detached && (attach.isEmpty() || attach.contains("stderr"));
        ContainerConfig config = new ContainerConfig(
                text(options.hostname),
                text(options.domainname),
                text(options.user),
                stdin,
                stdout,
                stderr,
                exposed(),
                options.tty,
                options.interactive,
                options.interactive && stdin,
                SpecWords.environment(options.envFiles, options.env, user),
                command.isEmpty() ? null : command,
                options.health.check(),
                image,
                options.volumes.anonymous(),
                text(options.workdir),
                options.entrypoint == null ? null : List.of(options.entrypoint),
                SpecWords.labels(options.labelFiles, options.labels, user),
                text(options.stopSignal),
                options.stopTimeout);
        return new ContainerSpec(
                text(options.name), text(options.platform), config, hostConfig(), options.network.endpoints());
    }

    private HostConfig hostConfig() throws IOException {
        List<String> securityOptions = new ArrayList<>(options.securityOptions);
        boolean allPaths = securityOptions.remove("systempaths=unconfined");
        return new HostConfig(
                options.network.mode(),
                restartPolicy(),
                options.autoRemove,
                new HostConfig.LogConfig(text(options.logDriver), Pairs.of(options.logOptions)),
                capabilities(options.capAdd),
                capabilities(options.capDrop),
                options.groupAdd,
                options.dns,
                options.dnsSearch,
                options.dnsOptions,
                options.addHosts,
                PortWords.parse(options.network.publish),
                options.network.publishAll,
                options.network.plainLinks(),
                text(options.ipc),
                text(options.pid),
                text(options.uts),
                text(options.userns),
                text(options.cgroupns),
                options.privileged,
                options.readOnly,
                SpecWords.profiles(securityOptions, user),
                SpecWords.tmpfs(options.tmpfs),
                options.volumes.binds(user.directory()),
                options.volumes.mounts(user.directory()),
                options.volumes.volumesFrom,
                text(options.volumes.volumeDriver),
                options.shmSize,
                Pairs.of(options.sysctls),
                text(options.runtime),
                SpecWords.storageOptions(options.storageOptions),
                text(options.cgroupParent),
                options.limits.with(options.devices),
                options.oomScoreAdj,
                Pairs.of(options.annotations),
                options.init,
                allPaths ? List.of() : null,
                allPaths ? List.of() : null,
                null);
    }

    /** In the kernel's names, as docker commands after 20.10 give them. */
    private static List<String> capabilities(List<String> words) {
        return words.stream()
                .map(word -> word.toUpperCase(Locale.ROOT))
                .map(name -> name.equals("ALL") || name.startsWith("CAP_") ? name : "CAP_" + name)
                .toList();
    }

    private void check() {
        if (!Set.of("always", "missing", "never").contains(options.pull)) {
            throw SpecWords.wrong(
                    "invalid pull option: '" + options.pull + "': must be one of \"always\", \"missing\" or \"never\"");
        }
        Long swappiness = options.devices.memorySwappiness;
        if (swappiness != null && (swappiness < -1 || swappiness > 100)) {
            throw SpecWords.wrong("invalid value: " + swappiness + ". Valid memory swappiness range is 0-100");
        }
        if ("none".equals(options.logDriver) && !options.logOptions.isEmpty()) {
            throw SpecWords.wrong("invalid logging opts for driver none");
        }
    }

    private HostConfig.RestartPolicy restartPolicy() {
        HostConfig.RestartPolicy policy = SpecWords.restartPolicy(options.restart);
        if (options.autoRemove && !policy.name().equals("no")) {
            throw SpecWords.wrong("conflicting options: cannot specify both --restart and --rm");
        }
        return policy;
    }

    /** What is published is exposed too, as the docker command has it. */
    private Set<String> exposed() {
        Set<String> ports = new LinkedHashSet<>(
                PortRange.each(PortWords.parse(options.network.publish)).keySet());
        for (String word : options.expose) {
            String[] portAndProtocol = word.split("/", 2);
            String protocol = portAndProtocol.length == 2 ? portAndProtocol[1] : "tcp";
            String[] range = portAndProtocol[0].split("-", 2);
            try {
                int first = Integer.parseInt(range[0]);
                int last = range.length == 2 ? Integer.parseInt(range[1]) : first;
                if (first < 1 || last > 65535 || last < first) {
                    throw new NumberFormatException("out of range");
                }
                for (int port = first; port <= last; port++) {
                    ports.add(port + "/" + protocol);
                }
            } catch (NumberFormatException e) {
                throw new CommandFailure(
                        SpecWords.WRONG_OPTION, "felucca: invalid range format for --expose: " + word, e);
            }
        }
        return ports;
    }

    /** Labels and lists that are missing are the record's to fill; a text is never null. */
    private static String text(String word) {
        return word == null ? "" : word;
    }
}
