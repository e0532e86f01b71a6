package io.felucca.network.spi;

import org.osgi.annotation.versioning.ConsumerType;

/** Gives containers of a network mode ({@code none}, {@code host}) their network. A stateless service with the property {@code felucca.driver}. */
@ConsumerType
public interface NetworkDriver {

    /** How the runtime is to make the container's network namespace. */
    enum NamespaceMode {
        /** A new one with only a loopback device. */
        PRIVATE,
        /** The host's. */
        HOST
    }

    NamespaceMode namespaceMode();
}
