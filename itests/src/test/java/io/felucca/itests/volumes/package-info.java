/** Volumes and their drivers. */
package io.felucca.itests.volumes;
