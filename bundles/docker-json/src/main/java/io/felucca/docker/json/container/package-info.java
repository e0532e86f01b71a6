/** Containers in Docker's JSON: what is asked for, what is shown, and how much they use. */
@Export
@Version("0.1.0")
package io.felucca.docker.json.container;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
