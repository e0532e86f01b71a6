package io.felucca.containers.life;

import io.felucca.networks.NetworkUsers;
import java.util.Set;

/** Which networks containers name, running or not, and which of them wait for a driver of networks, ports or links. */
final class NetworkUses implements NetworkUsers {

    private final Networking networking;

    NetworkUses(Networking networking) {
        this.networking = networking;
    }

    @Override
    public Set<String> networksInUse() {
        return networking.views().inUse();
    }

    @Override
    public void driverCame() {
        networking.driverCame();
    }
}
