/** Streams of containers to clients: attached input and output, logs, web sockets. */
package io.felucca.docker.api.stream;
