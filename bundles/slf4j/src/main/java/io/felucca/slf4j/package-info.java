/** SLF4J in one bundle, and what bundles log by the OSGi log service sent to it. */
package io.felucca.slf4j;
