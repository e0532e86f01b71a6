/**
 * Starts of containers: one attempt, step by step, with its root and its OCI spec, undone where it fails. Uses
 * mounts, spec, network, output and health, and has ends watched by stop.
 */
package io.felucca.containers.start;
