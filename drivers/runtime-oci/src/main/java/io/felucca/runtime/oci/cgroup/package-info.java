/** Cgroups of containers, monitors and the engine, of both versions. */
package io.felucca.runtime.oci.cgroup;
