/**
 * The Docker Engine API over HTTP on a Unix socket, and the way in for other front ends by an upgrade of a connection. One
 * file of routes a noun; everything that a request can ask for goes to a façade of the api.
 */
package io.felucca.docker.api;
