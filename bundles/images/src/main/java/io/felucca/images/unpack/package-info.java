/**
 * Layers on their way into storage drivers: which are missing, who unpacks one, where, and which go again.
 * Uses catalog and layers.
 */
package io.felucca.images.unpack;
