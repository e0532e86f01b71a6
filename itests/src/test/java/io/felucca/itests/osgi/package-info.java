/** Tests inside Apache Felix, by pax-exam: the bundles of the distribution and what is dropped in. */
package io.felucca.itests.osgi;
