/** Records on disk that survive a crash at any instant: in a file each, or in folders of drivers. */
@Export
@Version("0.2.0")
package io.felucca.linux.folders;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
