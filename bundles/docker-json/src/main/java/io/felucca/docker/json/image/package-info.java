/** Images and registries in Docker's JSON, and the progress of work on them. */
@Export
@Version("0.1.0")
package io.felucca.docker.json.image;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
