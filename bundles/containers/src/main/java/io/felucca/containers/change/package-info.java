/**
 * Changes that are asked of existing containers, one at a time for each: start, stop, pause, rename, limits,
 * devices, networks. Calls start, stop, network and remove for the work.
 */
package io.felucca.containers.change;
