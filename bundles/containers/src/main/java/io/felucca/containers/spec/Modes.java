package io.felucca.containers.spec;

import io.felucca.containers.HostConfig;

/** Docker's words for which of the host's namespaces a container shares. */
final class Modes {

    static final String HOST = "host";
    static final String PRIVATE = "private";
    static final String NONE = "none";
    static final String CONTAINER = "container:";

    private Modes() {}

    static boolean isHost(String mode) {
        return HOST.equals(mode);
    }

    static boolean isContainer(String mode) {
        return mode != null && mode.startsWith(CONTAINER);
    }

    /** Empty is private on cgroup v2 and the host's on v1, as dockerd 20.10 has it; a privileged container has the host's. */
    static boolean privateCgroups(HostConfig host, HostFacts facts) {
        String mode = host.cgroupnsMode();
        if (mode == null || mode.isEmpty()) {
            return facts.cgroups().unified() && !host.privileged();
        }
        return mode.equals(PRIVATE);
    }
}
