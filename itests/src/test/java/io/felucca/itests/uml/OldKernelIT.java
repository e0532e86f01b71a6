package io.felucca.itests.uml;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What depends on the kernel's age, under Linux 6.1: overlays without {@code lowerdir+}. Needs user-mode-linux. */
@Timeout(600)
class OldKernelIT {

    @Test
    @DisplayName("S90 S8 overlay2 keeps the whole contract on Linux 6.1: 150 layers, user namespaces, kill -9")
    void S90_overlay2OnAnOlderKernel() throws InterruptedException {
        try (UserModeLinux uml = new UserModeLinux()) {
            uml.start(Overlay2Contract.class.getName()).requirePassed(590);
        }
    }
}
