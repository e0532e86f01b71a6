/**
 * The image store, for callers: front ends, the builder, the containers' core.
 */
@Export
@Version("0.1.0")
package io.felucca.images;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
