/**
 * Ends of containers: asked for by stop or kill, and what follows when a monitor tells of one. Uses remove, restart,
 * network and output.
 */
package io.felucca.containers.stop;
