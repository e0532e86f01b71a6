/** Directories, files and descriptors, reached below an open directory, so that no link leads out of it. */
@Export
@Version("0.1.0")
package io.felucca.linux.files;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
