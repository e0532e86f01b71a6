package io.felucca.containers.life;

import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig;
import io.felucca.containers.record.ContainerRecord;

/** What a network mode forbids, with dockerd 20.10's texts (runconfig). */
final class NetworkChecks {

    private NetworkChecks() {}

    /** @throws FeluccaException INVALID */
    static void conflicts(ContainerRecord record) {
        HostConfig host = record.host();
        if (record.network().equals("host") && !host.links().isEmpty()) {
            throw conflict("host type networking can't be used with links. This would result in undefined behavior");
        }
        if (record.networkOf().isEmpty()) {
            return;
        }
        if (!host.links().isEmpty()) {
            throw conflict("container type network can't be used with links. This would result in undefined behavior");
        }
        if (!host.dns().isEmpty()) {
            throw conflict("dns and the network mode");
        }
        if (!host.extraHosts().isEmpty()) {
            throw conflict("custom host-to-IP mapping and the network mode");
        }
        if (!record.endpoints().isEmpty()
                && record.endpoints().values().stream()
                        .anyMatch(spec -> !spec.macAddress().isEmpty())) {
            throw conflict("mac-address and the network mode");
        }
        if (!host.portBindings().isEmpty() || host.publishAllPorts()) {
            throw conflict("port publishing and the container type network mode");
        }
    }

    static FeluccaException conflict(String what) {
        return FeluccaException.invalid("conflicting options: " + what);
    }
}
