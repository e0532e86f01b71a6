/** Sockets, polling, and watches of files. */
package io.felucca.linux.kernel.socket;
