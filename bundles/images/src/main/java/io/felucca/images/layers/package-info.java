/**
 * Layers as tar archives: applied to a directory, and written from one, with nothing lost on the way. commons-compress'
 * TarArchiveInputStream is not used: it decodes pax records as UTF-8, which destroys names that are not and every binary
 * attribute ({@code security.capability}), and it reads a record of any size into memory.
 */
package io.felucca.images.layers;
