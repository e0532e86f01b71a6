/**
 * What is on disk of containers: their records, the names they go by, their folders, and how a record is made from
 * what a user gave and the image says. Uses no other package of this bundle.
 */
package io.felucca.containers.record;
