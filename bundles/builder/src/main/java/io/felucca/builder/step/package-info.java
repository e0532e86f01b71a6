/** The work of one instruction: RUN with its mounts and container, COPY and ADD, and the image that comes of it. */
package io.felucca.builder.step;
