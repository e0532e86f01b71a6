package io.felucca.networks;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/** Who uses networks beyond those who are in them now: stopped containers, which prune asks for. A service. */
@ConsumerType
public interface NetworkUsers {

    /** Names or ids of all networks that a container names. */
    Set<String> networksInUse();

    /**
     * A driver of networks, ports or links has come, and what is on the host is put right: what waited for one can be tried again.
     * On a thread that may take its time.
     */
    default void driverCame() {}
}
