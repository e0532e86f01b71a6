/**
 * For authors of log drivers: what becomes of a container's output.
 */
@Export
@Version("0.1.0")
package io.felucca.log.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
