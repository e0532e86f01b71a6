package io.felucca.network.host;

import io.felucca.engine.Driver;
import io.felucca.network.spi.NetworkDriver;
import org.osgi.service.component.annotations.Component;

/** {@code --network host}: the container shares the host's interfaces, ports and firewall. */
@Component(immediate = true)
@Driver(kind = NetworkDriver.KIND, name = "host")
public final class HostNetworkDriver implements NetworkDriver {

    @Override
    public NamespaceMode namespaceMode() {
        return NamespaceMode.HOST;
    }
}
