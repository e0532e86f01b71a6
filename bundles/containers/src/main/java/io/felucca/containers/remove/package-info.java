/**
 * Removal of containers, and what goes when a run ends: the runtime's state, the task's folder, mounts, the layer.
 * Uses network, exec, output and mounts.
 */
package io.felucca.containers.remove;
