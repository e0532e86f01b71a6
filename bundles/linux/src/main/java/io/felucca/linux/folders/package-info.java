/**
 * Records on disk that survive a crash at any instant: in a file each, or in folders of drivers; and, for storage drivers,
 * the rules by which layers come and go.
 */
@Export
@Version("0.3.0")
package io.felucca.linux.folders;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
