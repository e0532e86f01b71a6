/** Starts and stops the engine: dockerd's options, Apache Felix, the bundles of the distribution by start level. */
package io.felucca.launcher;
