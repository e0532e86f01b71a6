/**
 * For authors of network drivers: how a container gets its network. Grows with bridge networks.
 */
@Export
@Version("0.1.0")
package io.felucca.network.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
