/**
 * Layers and their mounts, for core bundles: which driver holds what, and the mounting. Callers outside the core never need it.
 */
@Export
@Version("0.1.0")
package io.felucca.storage;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
