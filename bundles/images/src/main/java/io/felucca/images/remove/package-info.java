/**
 * Untagging, deletion and pruning of images by Docker's rules, and the pressure of a full disk.
 * Uses catalog, query and unpack.
 */
package io.felucca.images.remove;
