package io.felucca.containers.services;

import io.felucca.networks.NetworkUsers;
import java.util.Set;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Which networks containers name, running or not, and which of them wait for a driver of networks, ports or links. */
@Component(service = NetworkUsers.class)
public final class NetworkUses implements NetworkUsers {

    private final LateCore containers;

    @Activate
    public NetworkUses(BundleContext context, @Reference ServiceReference<ContainerCore> containers) {
        this.containers = new LateCore(context, containers);
    }

    @Override
    public Set<String> networksInUse() {
        return containers.get().parts().networking.views().inUse();
    }

    @Override
    public void driverCame() {
        containers.get().parts().networking.driverCame();
    }
}
