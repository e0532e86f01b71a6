package io.felucca.engine;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The folders that one engine owns. The service is there once the data root is locked: a second engine on the same root
 * never sees one. Paths are absolute and ASCII.
 */
@ProviderType
public interface EngineRoot {

    /** 12 hexadecimal digits, made once a data root; everything made in the kernel carries it. */
    String id();

    /** What must survive a reboot ({@code --data-root}). */
    Path dataRoot();

    /** What a reboot may lose: OCI bundles, sockets, mounts ({@code --exec-root}); short, since a socket's path has 108 bytes. */
    Path execRoot();
}
