/**
 * What a caller asks for in a HostConfig: refused where it cannot be, with Docker's texts, and filled with defaults.
 * Uses spec, security and host; changes nothing.
 */
package io.felucca.containers.check;
