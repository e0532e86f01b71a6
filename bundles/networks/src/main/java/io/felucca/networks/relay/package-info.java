/** Carries what the kernel cannot translate: IPv6 to containers without it, and ::1. Ends with the engine, and begins again with it. */
package io.felucca.networks.relay;
