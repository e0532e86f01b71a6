/** Builds from Dockerfiles. */
package io.felucca.itests.builder;
