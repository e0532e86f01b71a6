/** What every network driver, link driver and port mapper must hold, and what their tests stand on. */
@Export
@Version("0.1.0")
package io.felucca.testkit.network;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
