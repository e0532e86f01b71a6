package io.felucca.network.none;

import io.felucca.engine.Driver;
import io.felucca.network.spi.NetworkDriver;
import org.osgi.service.component.annotations.Component;

/** {@code --network none}: a network namespace of the container's own, with a loopback device and nothing else. */
@Component(immediate = true)
@Driver(kind = NetworkDriver.KIND, name = "none")
public final class NoneNetworkDriver implements NetworkDriver {

    @Override
    public NamespaceMode namespaceMode() {
        return NamespaceMode.PRIVATE;
    }
}
