/**
 * What every other package of the api speaks with: errors, digests, identity maps. For callers and driver authors alike.
 */
@Export
@Version("0.1.0")
package io.felucca;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
