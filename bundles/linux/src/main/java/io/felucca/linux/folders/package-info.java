/** Folders with records that survive a crash at any instant, for drivers that keep what they know on disk. */
@Export
@Version("0.1.0")
package io.felucca.linux.folders;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
