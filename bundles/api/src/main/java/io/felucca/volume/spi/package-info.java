/**
 * For authors of volume drivers: where volumes' content lies and how it is mounted. {@code drivers/volume-local} is the
 * example.
 */
@Export
@Version("0.1.0")
package io.felucca.volume.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
