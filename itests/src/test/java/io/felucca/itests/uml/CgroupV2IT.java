package io.felucca.itests.uml;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Containers where cgroup v2 rules and AppArmor is on: the tests of the runtime driver and of our specs, whose limits and
 * profile are enforced there, once more under User-mode Linux, and those of a whole engine. Needs user-mode-linux and
 * apparmor.
 */
@Timeout(1500)
class CgroupV2IT {

    @Test
    @DisplayName(
            "S8 B3 T26 containers, limits, their changes, stats, health checks and monitors on cgroup v2 and with AppArmor,"
                    + " Linux 6.1")
    void S8_containersOnCgroupV2() throws InterruptedException {
        try (UserModeLinux uml = new UserModeLinux()) {
            uml.with("FELUCCA_UML_KERNEL", "apparmor=1 security=apparmor")
                    .testsOf("bundles/containers")
                    .testsOf("drivers/runtime-oci")
                    .start(
                            "io.felucca.runtime.oci.OciRuntimeDriverContractTest",
                            "io.felucca.containers.spec.ChosenRuntimeSpecTest",
                            CgroupV2Engine.class.getName(),
                            AppArmorContainers.class.getName())
                    .requirePassed(1490);
        }
    }
}
