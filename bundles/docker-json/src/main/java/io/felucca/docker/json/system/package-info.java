/** The engine in Docker's JSON: info, version, plugins, disk usage and events. */
@Export
@Version("0.1.0")
package io.felucca.docker.json.system;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
