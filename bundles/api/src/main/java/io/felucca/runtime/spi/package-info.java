/**
 * For authors of runtime drivers: what turns an OCI runtime spec into processes under a monitor.
 */
@Export
@Version("0.1.0")
package io.felucca.runtime.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
