package io.felucca.itests.uml;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sizes of volumes under Linux 6.1, which has project quotas on xfs and ext4. Needs user-mode-linux, xfsprogs. */
@Timeout(600)
class VolumeQuotaIT {

    @Test
    @DisplayName(
            "volume create -o size=: the filesystem keeps the limit, on xfs and on ext4; without prjquota it is refused")
    void sizesAreKeptByTheFilesystem() throws InterruptedException {
        try (UserModeLinux uml = new UserModeLinux()) {
            uml.start(VolumeQuota.class.getName()).requirePassed(590);
        }
    }
}
