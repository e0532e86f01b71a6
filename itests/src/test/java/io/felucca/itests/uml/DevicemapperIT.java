package io.felucca.itests.uml;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The storage driver devicemapper, in User-mode Linux: this machine's own kernel may have no device mapper. Two boots, each
 * on a processor: the contract, with pools on files and on a disk of their own, and an engine with containers.
 */
@Timeout(7200)
class DevicemapperIT {

    private static final String[] DRIVER = {
        DevicemapperContract.class.getName(),
        DevicemapperDiff.class.getName(),
        DevicemapperCrash.class.getName(),
        DevicemapperLoop.class.getName(),
        DevicemapperDirect.class.getName()
    };

    /** A boot with a disk that has room for {@link ThinPools}. */
    private static UserModeLinux boot(int turn) {
        return new UserModeLinux().with("FELUCCA_UML_DISK", "2100M").with("FELUCCA_UML_TURN", Integer.toString(turn));
    }

    @Test
    @DisplayName(
            "S91 S92 S93 S94 S95 S96 B3 devicemapper keeps the contract and runs containers where overlay is missing")
    void S91_devicemapperWhereOverlayIsMissing() throws InterruptedException {
        try (UserModeLinux driver = boot(0);
                UserModeLinux engine = boot(1)) {
            if (System.getProperty("felucca.crash.rounds") == null) {
                driver.property("felucca.crash.steps", "3"); // each takes some 4 s here
            }
            // How often soak.sh wants it.
            for (String count : List.of("felucca.crash.rounds", "felucca.crash.seed", "felucca.layers")) {
                String value = System.getProperty(count);
                if (value != null) {
                    driver.property(count, value);
                }
            }
            driver.start(DRIVER);
            engine.start(DevicemapperEngine.class.getName()).requirePassed(3500);
            driver.requirePassed(3500);
        }
    }
}
