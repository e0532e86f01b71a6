/**
 * What a container asks of its networks is checked and changed, and what the host has lost is put back. Uses state,
 * ports and names.
 */
package io.felucca.networks.sandbox;
