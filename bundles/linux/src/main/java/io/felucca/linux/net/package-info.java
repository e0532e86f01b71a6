/**
 * The kernel's network, for network drivers and whoever works in a container's namespace: namespaces, rtnetlink, nftables
 * and claimed ports. Interfaces are services, as in {@code io.felucca.linux}.
 */
@Export
@Version("0.1.0")
package io.felucca.linux.net;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
