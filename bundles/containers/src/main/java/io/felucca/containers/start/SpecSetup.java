package io.felucca.containers.start;

import io.felucca.containers.host.HostFacts;
import io.felucca.containers.mounts.MountPreparation;
import io.felucca.containers.mounts.SharedMemory;
import io.felucca.containers.network.NetworkSetup;
import io.felucca.containers.process.ProcessFiles;
import io.felucca.containers.record.ConfigMerge;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.rootfs.ResolvedUser;
import io.felucca.containers.security.AppArmor;
import io.felucca.containers.settings.ContainerDefaults;
import io.felucca.containers.spec.OciSpec;
import io.felucca.containers.spec.SpecRequest;
import io.felucca.containers.spec.UserMount;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.ManagedContainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts together the OCI spec of a container that starts. */
public final class SpecSetup {

    private final ContainerFiles files;
    private final ContainerRegistry registry;
    private final SharedMemory sharedMemory;
    private final AppArmor appArmor;
    private final HostFacts facts;
    private final OciSpec specs;
    private final ContainerDefaults defaults;

    public SpecSetup(
            ContainerFiles files,
            ContainerRegistry registry,
            SharedMemory sharedMemory,
            AppArmor appArmor,
            HostFacts facts,
            OciSpec specs,
            ContainerDefaults defaults) {
        this.files = files;
        this.registry = registry;
        this.sharedMemory = sharedMemory;
        this.appArmor = appArmor;
        this.facts = facts;
        this.specs = specs;
        this.defaults = defaults;
    }

    /** Loads the profile that the spec is to name. */
    void prepare(ContainerRecord record) {
        appArmor.prepare(record.host(), facts);
    }

    Map<String, Object> spec(
            ContainerRecord record,
            Path rootfs,
            ResolvedUser user,
            MountPreparation mounts,
            NetworkSetup setup,
            ProcessFiles processes,
            List<String> environment) {
        Map<String, Path> joined = joined(record, setup, processes);
        String network = record.networkOf().orElse(record.id());
        return specs.create(new SpecRequest(
                record.id(),
                ConfigMerge.withEnv(setup.env(), record.config(), environment),
                defaults.ulimits().under(record.host()),
                user,
                rootfs,
                Optional.of(files.resolvConf(network)),
                Optional.of(files.hostname(network)),
                Optional.of(files.hosts(network)),
                defaults.cgroupOf(record),
                record.idMap(),
                setup.mode(),
                joined,
                ready(record, mounts),
                mounts.rootPropagation()));
    }

    private List<UserMount> ready(ContainerRecord record, MountPreparation mounts) {
        List<UserMount> ready = new ArrayList<>(mounts.ready());
        sharedMemory.mount(record).ifPresent(ready::add);
        return ready;
    }

    /** Its network's namespace when the engine made it or another container has it; {@code --pid container:NAME}. */
    private Map<String, Path> joined(ContainerRecord record, NetworkSetup setup, ProcessFiles processes) {
        Map<String, Path> joined = new HashMap<>();
        setup.namespace(processes).ifPresent(file -> joined.put("network", file));
        joined.putAll(sharedMemory.joined(record, processes));
        String mode = record.host().pidMode();
        if (mode != null && mode.startsWith("container:")) {
            ManagedContainer other = registry.get(mode.substring("container:".length()));
            joined.put(
                    "pid",
                    other.state()
                            .processId()
                            .flatMap(process -> processes.namespace(process, "pid"))
                            .orElseThrow(other::notRunning));
        }
        return joined;
    }
}
