/** What every log driver must hold. */
@Export
@Version("0.1.0")
package io.felucca.testkit.log;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
