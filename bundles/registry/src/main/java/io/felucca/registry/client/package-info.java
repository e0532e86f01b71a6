/** The client of registries: endpoints, connections, authentication, and what is done with them. Uses ImageContent alone. */
package io.felucca.registry.client;
