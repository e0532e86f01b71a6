/**
 * The processes of containers seen from the engine: runtimes called, monitors watched and told, signals and exit
 * files read, and the threads for that. Knows no container, only processes and folders.
 */
package io.felucca.containers.process;
