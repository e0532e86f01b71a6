/** The HTTP server: connections, requests, bodies and answers; knows no route. */
package io.felucca.docker.api.http;
