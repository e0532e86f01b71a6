/**
 * Networks and the containers' places in them. {@link io.felucca.networks.Networks} is for callers, {@link
 * io.felucca.networks.Sandboxes} for the core bundle that runs containers.
 */
@Export
@Version("0.1.0")
package io.felucca.networks;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
