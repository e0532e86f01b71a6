/** What test programs on Docker's client libraries do, each run in a JVM of its own. */
package io.felucca.itests.clients;
