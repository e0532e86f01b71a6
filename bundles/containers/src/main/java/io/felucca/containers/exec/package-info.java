/**
 * Execs in running containers, across ends of the engine. Uses state, process, streams and, for users and
 * environment, rootfs and network.
 */
package io.felucca.containers.exec;
