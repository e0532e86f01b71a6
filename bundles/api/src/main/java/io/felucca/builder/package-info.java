/**
 * Images from Dockerfiles, for callers: front ends and embedders.
 */
@Export
@Version("0.1.0")
package io.felucca.builder;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
