/** Directories and files by descriptor: paths that stay below a root, attributes, listings, removal. */
package io.felucca.linux.kernel.files;
