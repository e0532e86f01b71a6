/** What is on disk of networks. */
package io.felucca.networks.record;
