/** Docker's texts: times, sizes, states, progress. */
@Export
@Version("0.1.0")
package io.felucca.docker.text;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
