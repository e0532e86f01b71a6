/**
 * The kernel's device mapper, for storage drivers: devices and their tables by the ioctl interface of
 * {@code linux/dm-ioctl.h}. The interface is a service, as in {@code io.felucca.linux}.
 */
@Export
@Version("0.1.0")
package io.felucca.linux.dm;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
