/**
 * The networks of this engine in the heap, the containers in them, and what is made, changed and removed of both.
 * Uses record, address and settings.
 */
package io.felucca.networks.state;
