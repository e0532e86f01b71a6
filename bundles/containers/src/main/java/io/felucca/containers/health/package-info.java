/**
 * Health checks: what a probe's end means, and when the next is due. Uses exec to probe; what an unhealthy
 * container's end takes is given by the caller.
 */
package io.felucca.containers.health;
