/** Files from the network: downloads with bounds, and git repositories. */
package io.felucca.builder.fetch;
