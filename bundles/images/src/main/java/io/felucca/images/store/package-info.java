/** The image store: what is there under which name, and everything that changes it. */
package io.felucca.images.store;
