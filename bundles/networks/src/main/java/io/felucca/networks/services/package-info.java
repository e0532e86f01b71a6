/**
 * The services of this bundle, Networks and Sandboxes, and the watch on the host's links. May use every package of
 * this bundle, none of which uses this one.
 */
package io.felucca.networks.services;
