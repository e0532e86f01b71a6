/**
 * What containers write: attached to, read as logs, kept within its bounds and handed on to log drivers. Joins state
 * with the packages streams and logs, which know no container.
 */
package io.felucca.containers.output;
