/**
 * Tar archives, read and written with names and attributes as the bytes they are, for layers and archives of images alike.
 * commons-compress' TarArchiveInputStream is not used: it decodes pax records as UTF-8, which destroys names that are not and every binary
 * attribute ({@code security.capability}), and it reads a record of any size into memory.
 */
package io.felucca.images.tar;
