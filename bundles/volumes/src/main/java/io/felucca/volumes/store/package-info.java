/** Names, records, users and mounts of volumes. */
package io.felucca.volumes.store;
