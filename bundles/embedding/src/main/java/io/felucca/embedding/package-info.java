/**
 * The engine for programs in the same JVM: containers and images by builders, blocking and asynchronous.
 */
@Export
@Version("0.1.0")
package io.felucca.embedding;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
