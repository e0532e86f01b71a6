/**
 * The name service of users' networks: a strict codec for the few messages it answers itself (RFC 1035; all else passes
 * through as it came, so that a library of record types would have nothing to do), and one thread for all containers.
 */
package io.felucca.networks.dns;
