/** Layers as tar archives: applied to a directory, and written from one, with nothing lost on the way. */
package io.felucca.images.layers;
