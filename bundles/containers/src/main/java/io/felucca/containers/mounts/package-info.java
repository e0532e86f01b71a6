/**
 * What is mounted in containers: asked for, planned, placed, and seen from outside. Uses record, rootfs and spec,
 * and of running containers state and process for what they share.
 */
package io.felucca.containers.mounts;
