/** The commands that build images: they read the user's words and context, and show what the builder tells. */
package io.felucca.shell.build;
