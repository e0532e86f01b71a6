/** The files that a build is made of, received from the caller or fetched, and as much of them as the Dockerfile needs. */
package io.felucca.builder.context;
