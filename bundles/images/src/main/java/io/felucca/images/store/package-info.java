/**
 * The façade of the image store, import, load and save; it makes the parts that the other packages hold.
 * Uses catalog, unpack, query and remove.
 */
package io.felucca.images.store;
