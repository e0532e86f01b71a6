/** The life of containers: from create to removal, and across the engine's own ends. */
package io.felucca.containers.life;
