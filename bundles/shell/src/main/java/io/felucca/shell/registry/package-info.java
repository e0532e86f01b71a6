/** The commands that need a registry: pull, push, search, manifest, login and logout. */
package io.felucca.shell.registry;
