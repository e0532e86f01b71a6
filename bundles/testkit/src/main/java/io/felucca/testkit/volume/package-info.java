/** What every volume driver must hold, and what its tests stand on. */
@Export
@Version("0.1.0")
package io.felucca.testkit.volume;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
