/** Builds: begins the stages of a Dockerfile, each in its turn, and ends them. */
package io.felucca.builder.build;
