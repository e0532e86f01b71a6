/** The image store: import, load, save, commit, and hostile archives. */
package io.felucca.itests.images;
