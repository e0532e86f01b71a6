/** What all of the api's records in Docker's JSON share, and networks, volumes and filters: for the front ends, which must show the same. */
@Export
@Version("0.1.0")
package io.felucca.docker.json;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
