/**
 * Image registries, for callers: the front ends pull, push, search and check passwords through {@code Registry}.
 */
@Export
@Version("0.1.0")
package io.felucca.registry;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
