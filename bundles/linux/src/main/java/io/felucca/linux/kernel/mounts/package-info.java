/** Mounts, and the user namespaces that map their owners. */
package io.felucca.linux.kernel.mounts;
