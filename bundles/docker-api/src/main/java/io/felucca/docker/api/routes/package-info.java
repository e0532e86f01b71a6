/** The API's routes, by noun: each reads a request, calls a façade and writes Docker's answer. */
package io.felucca.docker.api.routes;
