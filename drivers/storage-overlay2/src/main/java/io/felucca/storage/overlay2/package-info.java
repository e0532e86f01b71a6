/**
 * The storage driver {@code overlay2}: a layer is a folder of its own changes, shown by the kernel's overlay filesystem
 * (Documentation/filesystems/overlayfs.rst).
 */
package io.felucca.storage.overlay2;
