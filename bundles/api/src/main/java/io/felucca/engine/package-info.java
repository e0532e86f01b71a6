/**
 * The engine itself: where it keeps its state, what it is, which drivers it has. For front ends and core bundles.
 */
@Export
@Version("0.1.0")
package io.felucca.engine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
