package io.felucca.containers.change;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.containers.HostConfig;
import io.felucca.containers.HostConfig.Resources;
import io.felucca.containers.HostConfig.RestartPolicy;
import io.felucca.containers.check.ResourceCheck;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.process.Runtimes;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.restart.RestartRule;
import io.felucca.containers.spec.OciSpec;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.ManagedContainer;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes limits and restart policies; what runs has them at once, by the runtime. The record goes first. */
public final class UpdateOperation {

    private static final Logger LOG = LoggerFactory.getLogger(UpdateOperation.class);

    private final RecordStore store;
    private final Runtimes runtimes;
    private final HostFacts facts;
    private final OciSpec specs;
    private final ContainerEvents events;
    private final AddDeviceOperation devices;

    public UpdateOperation(
            RecordStore store,
            Runtimes runtimes,
            HostFacts facts,
            OciSpec specs,
            ContainerEvents events,
            AddDeviceOperation devices) {
        this.store = store;
        this.runtimes = runtimes;
        this.facts = facts;
        this.specs = specs;
        this.events = events;
        this.devices = devices;
    }

    /** @return warnings; the caller holds the lock */
    List<String> update(ManagedContainer container, Resources asked, RestartPolicy policy) {
        ContainerRecord before = container.record();
        HostConfig host = before.host();
        boolean newPolicy =
                policy != null && policy.name() != null && !policy.name().isEmpty();
        if (newPolicy) {
            RestartRule.check(policy);
        }
        List<String> warnings = ResourceCheck.checkUpdate(asked, facts);
        if (container.removing.get() || container.state().status() == Status.DEAD) {
            throw failed(
                    container, FeluccaException.conflict("container is marked for removal and cannot be \"update\""));
        }
        try {
            ResourceCheck.checkChange(host.resources(), asked);
            if (newPolicy && !RestartRule.isNone(policy) && host.autoRemove()) {
                throw FeluccaException.conflict(
                        "Restart policy cannot be updated because AutoRemove is enabled for the container");
            }
            Resources all = host.resources().updatedBy(asked);
            change(
                    container,
                    before,
                    before.withHost(host.with(all, newPolicy ? policy : host.restartPolicy())),
                    asked);
        } catch (FeluccaException e) {
            throw failed(container, e);
        }
        events.tell("update", container.record());
        return warnings;
    }

    private void change(ManagedContainer container, ContainerRecord before, ContainerRecord after, Resources asked) {
        store.rewrite(after);
        container.record(after);
        if (!container.state().running()) {
            return;
        }
        try {
            limit(after);
            devices.add(container, asked.devices());
        } catch (RuntimeException e) {
            store.rewrite(before);
            container.record(before);
            undo(before, e);
            throw e;
        }
    }

    /** Some of it may hold already. */
    private void undo(ContainerRecord before, RuntimeException cause) {
        try {
            limit(before);
        } catch (FeluccaException e) {
            LOG.debug("limits of container {} after a failed update: {}", before.id(), e.getMessage());
            cause.addSuppressed(e);
        }
    }

    private void limit(ContainerRecord record) {
        Map<String, Object> limits = specs.resources(record.host().resources());
        if (!limits.isEmpty()) {
            runtimes.run(record.runtime(), driver -> driver.update(record.id(), limits));
        }
    }

    private static FeluccaException failed(ManagedContainer container, FeluccaException cause) {
        String prefix = "Cannot update container " + container.id + ": ";
        return String.valueOf(cause.getMessage()).startsWith(prefix)
                ? cause
                : new FeluccaException(cause.kind(), prefix + cause.getMessage(), cause);
    }
}
