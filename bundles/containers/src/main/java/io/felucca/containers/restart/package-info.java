/**
 * Restart policies: which end is followed by a start, after how long, and in what order at the engine's start. Uses
 * state; the start itself is given by the caller.
 */
package io.felucca.containers.restart;
