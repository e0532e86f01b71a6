/**
 * Creation of containers: the request checked and completed, the record written, the layer and its volumes prepared.
 * Uses check, mounts, network and record.
 */
package io.felucca.containers.create;
