/** Where the server listens: Unix sockets and TCP, with TLS or without. */
package io.felucca.docker.api.listen;
