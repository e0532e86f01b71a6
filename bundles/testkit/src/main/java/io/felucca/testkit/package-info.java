/**
 * For authors of drivers: contract tests. Extend {@link io.felucca.testkit.storage.StorageDriverContract}, give it the driver,
 * and run it as root with JUnit 5.
 */
@Export
@Version("0.1.0")
package io.felucca.testkit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
