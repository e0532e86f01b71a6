/**
 * Dockerfiles: text to typed instructions, their words, what they change in an image's configuration, and the patterns
 * of {@code .dockerignore}. For the builder, the image store ({@code commit --change}) and the front ends; no engine behind it.
 */
@Export
@Version("0.1.0")
package io.felucca.dockerfile;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
