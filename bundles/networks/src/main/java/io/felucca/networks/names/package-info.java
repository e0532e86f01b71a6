/**
 * Names for containers: the name service of users' networks in its containers' namespaces, and the host's own
 * resolvers. Uses state, ports and dns.
 */
package io.felucca.networks.names;
