/** The commands that need a registry: pull and push. */
package io.felucca.shell.registry;
