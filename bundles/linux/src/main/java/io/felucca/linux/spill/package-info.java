/**
 * Sorting in bounded memory, for every bundle that reads what a container can make very many of: what does not fit goes
 * to a file without a name.
 */
@Export
@Version("0.1.0")
package io.felucca.linux.spill;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
