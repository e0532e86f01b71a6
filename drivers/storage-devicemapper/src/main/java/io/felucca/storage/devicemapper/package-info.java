/**
 * The storage driver {@code devicemapper}, for kernels without a union filesystem: each layer is a thin snapshot of its
 * parent in a thin pool (Documentation/admin-guide/device-mapper/thin-provisioning.rst). Its options begin with
 * {@code dm.}, as dockerd's do.
 */
package io.felucca.storage.devicemapper;
