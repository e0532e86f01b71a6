package io.felucca.networks;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/** Who uses networks beyond those who are in them now: stopped containers. A service, which prune asks. */
@ConsumerType
public interface NetworkUsers {

    /** Names or ids of all networks that a container names. */
    Set<String> networksInUse();
}
