/**
 * For authors of storage drivers: the contract of a store of layers. The test kit's StorageDriverContract checks it.
 */
@Export
@Version("0.1.0")
package io.felucca.storage.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
