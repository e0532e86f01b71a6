/** Whole trees of files: copied, and counted, by memory that does not grow with them. */
@Export
@Version("0.1.0")
package io.felucca.linux.tree;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
