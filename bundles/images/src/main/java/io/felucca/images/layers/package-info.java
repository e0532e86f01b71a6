/** Layers as tar archives, applied to a directory with nothing lost on the way. Uses tar. */
package io.felucca.images.layers;
