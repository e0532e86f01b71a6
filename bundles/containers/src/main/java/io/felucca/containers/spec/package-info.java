/**
 * The OCI spec of a container: process, mounts, devices, resources and limits, with Docker's defaults. Uses host,
 * security and rootfs, and knows nothing of records or of how a container starts.
 */
package io.felucca.containers.spec;
