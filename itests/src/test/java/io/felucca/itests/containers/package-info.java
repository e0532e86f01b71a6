/** What a container is and does: life cycle, isolation, mounts, streams, files. */
package io.felucca.itests.containers;
