/** What containers have mounted: read from what was asked for, made at create, put in place at start. */
package io.felucca.containers.mounts;
