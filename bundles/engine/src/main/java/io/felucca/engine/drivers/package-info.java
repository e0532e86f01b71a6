/** Leases and administration of drivers. */
package io.felucca.engine.drivers;
