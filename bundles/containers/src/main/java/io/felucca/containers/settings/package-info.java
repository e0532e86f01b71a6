/** The settings of this bundle, and the cgroup that they put containers in. Uses record and spec. */
package io.felucca.containers.settings;
