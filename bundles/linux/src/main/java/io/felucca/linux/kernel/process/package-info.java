/** Processes: spawned, watched, and read about in /proc. */
package io.felucca.linux.kernel.process;
