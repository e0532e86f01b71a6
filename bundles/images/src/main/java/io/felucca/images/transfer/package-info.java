/**
 * Images on their way from and to registries.
 * Uses store, catalog, archive and unpack.
 */
package io.felucca.images.transfer;
