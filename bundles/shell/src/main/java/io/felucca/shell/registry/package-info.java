/** The commands that need a registry: pull, push, login and logout. */
package io.felucca.shell.registry;
