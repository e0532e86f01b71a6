/** The Java API over the façades of the core. */
package io.felucca.embedding.service;
