/**
 * Files of layers that containers write to, and images made of such layers.
 * Uses store, catalog, layers and unpack.
 */
package io.felucca.images.commit;
