package io.felucca.itests.uml;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sizes of containers under Linux 6.1, which has project quotas on xfs and ext4. Needs user-mode-linux, xfsprogs. */
@Timeout(1200)
class StorageSizeIT {

    @Test
    @DisplayName("B2: --storage-opt size=: the filesystem keeps the limit, with overlay2 and vfs, on xfs and on ext4")
    void B2_sizesAreKeptByTheFilesystem() throws InterruptedException {
        List<String> tests = new ArrayList<>(List.of(StorageSize.class.getName()));
        for (Class<?> contract : List.of(QuotaContract.Overlay2.class, QuotaContract.Vfs.class)) {
            tests.add(contract.getName() + "#aLimitedLayerIsFullAtItsLimitAndOthersGoOn");
            tests.add(contract.getName() + "#aLimitedLayerIsALayer");
        }
        try (UserModeLinux uml = new UserModeLinux()) {
            uml.start(tests.toArray(String[]::new)).requirePassed(1180);
        }
    }
}
