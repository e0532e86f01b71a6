/**
 * Containers as callers see them: inspect, list and its filters. Reads state, record and network, and changes
 * nothing.
 */
package io.felucca.containers.query;
