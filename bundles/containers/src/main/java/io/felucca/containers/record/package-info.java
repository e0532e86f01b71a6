/** What is on disk of containers, and the names they go by. */
package io.felucca.containers.record;
