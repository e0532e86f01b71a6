/**
 * What the host can do: its kernel, cgroups, processors, devices and security modules. Read once at the engine's
 * start; uses no other package of this bundle.
 */
package io.felucca.containers.host;
