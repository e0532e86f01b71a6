/** Netlink: interfaces, routes, nftables, connection tracking, network namespaces. */
package io.felucca.linux.kernel.net;
