package io.felucca.networks.life;

import io.felucca.network.spi.PortMapper.Binding;
import java.util.List;

/** Carries what the kernel cannot. */
final class Relays {

    void change(String containerId, List<Binding> bindings) {}

    void close() {}
}
