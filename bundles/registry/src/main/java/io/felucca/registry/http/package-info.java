/** Requests to a repository of a registry: connections, TLS, proxies, authorization, retries and refusals. */
package io.felucca.registry.http;
