/**
 * The kernel's btrfs, for storage drivers: subvolumes and their trees by the ioctl interface of {@code linux/btrfs.h}. The
 * interface is a service, as in {@code io.felucca.linux}.
 */
@Export
@Version("0.1.0")
package io.felucca.linux.btrfs;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
