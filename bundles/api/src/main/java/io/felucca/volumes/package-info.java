/**
 * Data that outlives containers, for callers: front ends, embedders, and the containers' core.
 */
@Export
@Version("0.1.0")
package io.felucca.volumes;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
