/** Networks as they are now, and the containers in them. */
package io.felucca.networks.life;
