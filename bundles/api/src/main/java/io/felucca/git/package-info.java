/**
 * Files of git repositories, for the builder.
 */
@Export
@Version("0.1.0")
package io.felucca.git;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
