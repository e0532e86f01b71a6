/** The streams of running processes: the engine as the monitor's only client, and its own clients. */
package io.felucca.containers.streams;
