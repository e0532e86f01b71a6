/**
 * For authors of network drivers: how a container gets its interfaces ({@link io.felucca.network.spi.NetworkDriver}), how
 * its ports are reached from outside ({@link io.felucca.network.spi.PortMapper}) and what a link brings it ({@link
 * io.felucca.network.spi.LinkDriver}).
 *
 * <p>The core keeps every record on disk and hands all of it over at each call; drivers keep nothing but what is in the
 * kernel, under names that carry the engine's id ({@link io.felucca.engine.EngineRoot#id()}). So a driver can be stopped,
 * replaced and started while traffic flows.
 */
@Export
@Version("0.2.0")
package io.felucca.network.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
