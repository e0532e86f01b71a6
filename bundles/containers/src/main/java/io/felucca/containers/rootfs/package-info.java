/**
 * What the engine reads and makes inside a container's root from outside: users and groups, the working directory.
 * Works on descriptors below the root and uses no other package of this bundle.
 */
package io.felucca.containers.rootfs;
