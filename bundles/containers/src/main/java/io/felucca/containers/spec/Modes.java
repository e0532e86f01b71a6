package io.felucca.containers.spec;

import io.felucca.containers.HostConfig;
import io.felucca.containers.host.HostFacts;

/** Docker's words for which of the host's namespaces a container shares. */
public final class Modes {

    public static final String HOST = "host";
    public static final String PRIVATE = "private";
    public static final String NONE = "none";
    static final String CONTAINER = "container:";

    private Modes() {}

    public static boolean isHost(String mode) {
        return HOST.equals(mode);
    }

    public static boolean isContainer(String mode) {
        return mode != null && mode.startsWith(CONTAINER);
    }

    /** Empty is private on cgroup v2 and the host's on v1, as dockerd 20.10 has it; a privileged container has the host's. */
    public static boolean privateCgroups(HostConfig host, HostFacts facts) {
        String mode = host.cgroupnsMode();
        if (mode == null || mode.isEmpty()) {
            return facts.cgroups().unified() && !host.privileged();
        }
        return mode.equals(PRIVATE);
    }
}
